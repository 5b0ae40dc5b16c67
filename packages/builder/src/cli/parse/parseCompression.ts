import type { Compression } from '../../layers/LayerStore';
import { badFlag } from './parsePair';

const highest = { gzip: 9, zstd: 22 } as const;

/** Reads `gzip`, `zstd`, or one of them with a level (`zstd:19`). */
export function parseCompression(text: string): Compression {
  const [, algorithm, level] = /^(gzip|zstd)(?::(\d{1,2}))?$/.exec(text) ?? [];
  if (algorithm === 'gzip' || algorithm === 'zstd') {
    if (level === undefined) return { algorithm };
    const number = Number(level);
    if (number >= 1 && number <= highest[algorithm]) {
      return { algorithm, level: number };
    }
  }
  throw badFlag(
    '--compression',
    text,
    'write gzip or zstd, with a level where you want one (gzip:1…9, zstd:1…22)',
  );
}
