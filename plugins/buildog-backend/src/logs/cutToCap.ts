import type { LogCaps } from './LogCaps';

/** Room kept for the line that says that the log is cut. */
export const CUT_LINE_BYTES = 160;

/** What {@link cutToCap} looks at. */
export interface CutInput {
  bytes: Uint8Array;
  /** Bytes of the stream, and of the whole build, that are stored already. */
  streamSize: number;
  buildSize: number;
  caps: LogCaps;
  /** Time of the line that says so. */
  now: Date;
}

/**
 * What of `bytes` still fits. Beyond a cap they are cut after a line, and a
 * last line says so; a single line that is longer than the room is cut inside.
 * Pure.
 */
export function cutToCap(input: CutInput): {
  bytes: Uint8Array;
  truncated: boolean;
} {
  const { bytes, streamSize, buildSize, caps, now } = input;
  const stream = caps.streamBytes - streamSize;
  const build = caps.buildBytes - buildSize;
  const room = Math.max(0, Math.min(stream, build) - CUT_LINE_BYTES);
  if (bytes.length <= room) return { bytes, truncated: false };

  const newline = room > 0 ? bytes.lastIndexOf(10, room - 1) : -1;
  const kept = bytes.subarray(0, newline >= 0 ? newline + 1 : room);
  const what =
    stream <= build
      ? `this log may have ${caps.streamBytes} bytes`
      : `the logs of a build may have ${caps.buildBytes} bytes`;
  const line = `${now.toISOString()} [buildog] The rest is cut: ${what}.\n`;
  const joint = kept.length === 0 || kept.at(-1) === 10 ? '' : '\n';
  return {
    bytes: Buffer.concat([kept, Buffer.from(joint + line)]),
    truncated: true,
  };
}
