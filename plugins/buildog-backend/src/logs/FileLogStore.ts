import type { LogCaps } from './LogCaps';

/** What a {@link FileLogStore} needs. */
export interface FileLogStoreOptions {
  /** Absolute path; made when it does not exist. One backend process at a time. */
  directory: string;
  caps?: Partial<LogCaps>;
}

/** Keeps logs on disk. */
export class FileLogStore {
  constructor(readonly options: FileLogStoreOptions) {}
}
