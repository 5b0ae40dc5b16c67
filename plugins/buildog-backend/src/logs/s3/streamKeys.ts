import type { LogStreamKey } from '@buildog/plugin-buildog-common';

/** Offsets and times are padded, so that keys sort as numbers do. */
const DIGITS = 15;

/** Keys of one stream's objects. */
export function streamKeys(prefix: string, key: LogStreamKey) {
  const base = `${attemptPrefix(prefix, key)}${key.container}/`;
  return {
    base,
    /** Its name tells when the stream began. */
    began: (milliseconds: number) => `${base}began/${padded(milliseconds)}`,
    beganPrefix: `${base}began/`,
    chunkPrefix: `${base}chunks/`,
    /** Bytes that begin at an offset; written once, never changed. */
    chunk: (offset: number) => `${base}chunks/${padded(offset)}`,
    /** Many chunks put together. */
    part: (offset: number) => `${base}parts/${padded(offset)}`,
    /** What is known once the stream was cut, completed or purged. */
    manifest: `${base}manifest.json`,
  };
}

/** Prefix of everything of an attempt. */
export function attemptPrefix(
  prefix: string,
  attempt: { buildId: string; attemptId: string },
): string {
  return `${buildPrefix(prefix, attempt.buildId)}${attempt.attemptId}/`;
}

/** Prefix of everything of a build. */
export function buildPrefix(prefix: string, buildId: string): string {
  return `${prefix}/logs/${buildId}/`;
}

/** Attempt and container of a key below {@link buildPrefix}. */
export function streamOf(
  prefix: string,
  buildId: string,
  key: string,
): LogStreamKey | undefined {
  const [attemptId, container, rest] = key
    .slice(buildPrefix(prefix, buildId).length)
    .split('/');
  return rest === undefined ? undefined : { buildId, attemptId, container };
}

/** Keys by which builds are found in the order of their age. */
export function indexKeys(prefix: string) {
  return {
    prefix: `${prefix}/index/`,
    entry: (began: number, buildId: string) =>
      `${prefix}/index/${padded(began)}-${buildId}`,
    buildIdOf: (key: string) =>
      key.slice(`${prefix}/index/`.length + DIGITS + 1),
    /** Says when a build's first log began. */
    marker: (buildId: string) => `${prefix}/builds/${buildId}`,
  };
}

/** The number at the end of a key. */
export function numberOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1));
}

function padded(number: number): string {
  return String(number).padStart(DIGITS, '0');
}
