import { join } from 'node:path';
import type {
  ArchiveSource,
  InitInput,
  SourceCredential,
} from '../../protocol';
import { extractArchive, type Extracted } from './extractArchive';
import { fetchArchive } from './fetchArchive';

/** How to place an uploaded archive. */
export interface PlaceArchiveOptions {
  input: InitInput;
  source: ArchiveSource;
  credential?: SourceCredential;
  /** Directory on the workspace's volume for the archive itself. */
  hidden: string;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * Fetches an uploaded archive, checks its digest and extracts it into the
 * workspace.
 *
 * @throws AgentError
 */
export async function placeArchive(
  options: PlaceArchiveOptions,
): Promise<Extracted> {
  const { input, source, hidden, signal, log } = options;
  const target = join(hidden, 'archive');
  log(`archive: fetching ${source.digest}`);
  await fetchArchive({ ...options, target });
  log('archive: extracting');
  return extractArchive(target, input.workspacePath, input.limits, signal);
}
