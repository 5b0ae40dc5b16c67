import type { LogCaps } from './LogCaps';

/** What an {@link S3LogStore} needs. */
export interface S3LogStoreOptions {
  bucket: string;
  /** Before every key, without slashes at its ends. Default `buildog-logs`. */
  prefix?: string;
  region?: string;
  /** URL of an S3-compatible server; Amazon's when absent. */
  endpoint?: string;
  /** Bucket in the path instead of the host name. Default: true with `endpoint`. */
  forcePathStyle?: boolean;
  /** Without them the SDK's own chain (environment, web identity, instance). */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  caps?: Partial<LogCaps>;
}

/** Keeps logs in S3-compatible object storage. */
export class S3LogStore {
  constructor(readonly options: S3LogStoreOptions) {}
}
