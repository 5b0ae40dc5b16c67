/** How many bytes of logs are kept. */
export interface LogCaps {
  /** Of one container of one attempt. Default 64 MiB. */
  streamBytes: number;
  /** Of all streams of one build together. Default 256 MiB. */
  buildBytes: number;
}

/** The caps when the configuration says nothing else. */
export const defaultLogCaps: LogCaps = {
  streamBytes: 64 * 1024 * 1024,
  buildBytes: 256 * 1024 * 1024,
};
