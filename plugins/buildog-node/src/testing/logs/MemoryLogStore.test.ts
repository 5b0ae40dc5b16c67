import { describeLogStoreContract } from '../describeLogStoreContract';
import { MemoryLogStore } from './MemoryLogStore';

describeLogStoreContract('MemoryLogStore', () => {
  const store = new MemoryLogStore();
  return { open: caps => store.replica(caps) };
});
