import { formatPlatform } from '@buildog/oci';
import type { RecordSource } from '../cache/LayerRecords';
import { RegistryCache } from '../cache/RegistryCache';
import { parsePlatform } from '../frontend/platform';
import type { SolveListener } from '../solve/SolveEvent';
import type { Registries } from '../sources/Registries';
import type { BuildOptions } from './BuildOptions';
import { machinePlatform } from './machinePlatform';
import type { Workshop } from './Workshop';

/** The registry caches of a build. */
export interface RegistryCaches {
  readonly sources: readonly RecordSource[];
  /** Pushes what this build used and made; a failure is a warning. */
  export(workshop: Workshop): Promise<void>;
}

/** Opens the registry caches that were asked for. */
export function registryCaches(
  { cacheFrom = [], cacheTo = [], platforms }: BuildOptions,
  work: {
    readonly registries: Registries;
    readonly listener: SolveListener;
    readonly signal: AbortSignal;
  },
): RegistryCaches {
  const local = machinePlatform();
  const wanted = platforms?.map(text => parsePlatform(text.trim(), local)) ?? [
    local,
  ];
  const names = [...new Set([...wanted, local].map(formatPlatform))];
  const warn = (message: string) => work.listener({ type: 'warning', message });
  const open = ({ reference }: { reference: string }) =>
    new RegistryCache(reference, names, { ...work, warn });
  const targets = cacheTo.map(open);
  return {
    sources: cacheFrom.map(open),
    async export({ layers, records }) {
      for (const target of targets) {
        for (const [platform, used] of records.used) {
          try {
            await target.export(platform, used, layers);
          } catch (error) {
            if (work.signal.aborted) throw error;
            warn(`the cache was not written: ${(error as Error).message}`);
          }
        }
      }
    },
  };
}
