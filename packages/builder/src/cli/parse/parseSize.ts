import { badFlag } from './parsePair';

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  ki: 1024,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1024 ** 4,
  ti: 1024 ** 4,
  tib: 1024 ** 4,
};

/** Bytes of `512`, `512m`, `1Gi`, `1.5GB`; all units are powers of 1024, as docker has them. */
export function parseSize(flag: string, text: string): number {
  const [, number, unit] =
    /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : units[unit.toLowerCase()];
  const bytes = Math.round(Number(number) * (factor ?? NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw badFlag(flag, text, 'write a size above 0 such as 512Mi or 2Gi');
}

/** Thousandths of a CPU of `2`, `0.5` or `500m`. */
export function parseCpu(flag: string, text: string): number {
  const [, number, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(text.trim()) ?? [];
  const cpu = Math.round(Number(number) * (milli ? 1 : 1000));
  if (Number.isSafeInteger(cpu) && cpu > 0 && cpu <= 1_000_000) return cpu;
  throw badFlag(flag, text, 'write a number of CPUs such as 2, 0.5 or 500m');
}

/** Seconds of `90`, `90s`, `15m`, `1h30m`, `7d`. */
export function parseDuration(flag: string, text: string): number {
  const factors: Readonly<Record<string, number>> = {
    s: 1,
    m: 60,
    h: 3600,
    d: 86_400,
  };
  let seconds = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (/^(\d+[smhd])+$/.test(text.trim())) {
    seconds = 0;
    for (const [, number, unit] of text.matchAll(/(\d+)([smhd])/g)) {
      seconds += Number(number) * factors[unit];
    }
  }
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw badFlag(flag, text, 'write a time above 0 such as 90s, 15m or 7d');
}

/** A whole number above 0. */
export function parseCount(flag: string, text: string): number {
  const count = /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN;
  if (count > 0) return count;
  throw badFlag(flag, text, 'write a whole number above 0');
}
