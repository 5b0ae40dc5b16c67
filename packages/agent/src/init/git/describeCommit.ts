import { printable } from '../../program';
import type { Repository } from './Repository';

/** What people want to know about a commit. */
export interface CommitDescription {
  /** First line of the message, at most 200 characters. */
  subject: string;
  /** Name of the author, at most 100 characters. */
  author: string;
  /** RFC 3339, UTC. */
  authoredAt: string;
}

/** Reads a commit's message and author. Both are made printable. */
export async function describeCommit(
  repository: Repository,
  revision: string,
): Promise<CommitDescription> {
  const { stdout } = await repository.git({
    args: [
      'log',
      '-1',
      '--no-show-signature',
      '--format=%s%x00%an%x00%at',
      '--end-of-options',
      revision,
    ],
  });
  const [subject = '', author = '', seconds = ''] = stdout
    .toString()
    .split('\0');
  const time = new Date(Number.parseInt(seconds, 10) * 1000);
  return {
    subject: printable(subject, 200),
    author: printable(author, 100),
    authoredAt: (Number.isNaN(time.getTime())
      ? new Date(0)
      : time
    ).toISOString(),
  };
}
