import { createReadStream } from 'node:fs';
import type { Entry } from '../FileTree';
import { fsPath } from '../path/nameBytes';
import { formatTarHeader } from '../tar/formatTarHeader';
import { TAR_BLOCK } from '../tar/readTarBlock';
import { tarTypes } from '../tar/TarHeader';
import { AttributeProgram, attributeProgram } from './attributeProgram';
import { formatAttributeDump } from './attributeDump';
import { isKeptXattr } from './keptXattr';
import { runProgram } from './runProgram';

/**
 * Sets the extended attributes of files and directories that are below a
 * directory already, with everything else of them as it should be.
 */
export async function writeXattrs(
  directory: string,
  entries: readonly Entry[],
  warn: (message: string) => void,
  program: AttributeProgram = attributeProgram(),
): Promise<void> {
  const files = new Map<string, Record<string, string>>();
  for (const { path, type, xattrs } of entries) {
    const ours = Object.entries(xattrs ?? {}).filter(([name]) =>
      isKeptXattr(name),
    );
    // On others the kernel allows none of those that are kept.
    const can = type === 'file' || type === 'directory';
    if (can && ours.length > 0) files.set(path, Object.fromEntries(ours));
  }
  if (files.size === 0) return;
  const kept = entries.filter(({ path }) => files.has(path));
  const status =
    program === 'attr'
      ? await withSetfattr(directory, formatAttributeDump(files))
      : program === 'tar' && (await withTar(directory, kept, files));
  if (status === 0) return;
  const [first] = files.keys();
  warn(
    program === 'none'
      ? `extended attributes (file capabilities) of ${files.size} files were not set for RUN, for example of ${first}: install the package attr or GNU tar`
      : `not all extended attributes of ${files.size} files could be set for RUN, for example of ${first}: the filesystem or the kernel does not allow it`,
  );
}

async function withSetfattr(cwd: string, dump: Buffer): Promise<number> {
  const input = (async function* once() {
    yield dump;
  })();
  return runProgram('setfattr', ['-h', '--restore=-'], { cwd, input });
}

/** Tar knows attributes only together with a file: it writes the whole of it anew. */
async function withTar(
  cwd: string,
  entries: readonly Entry[],
  files: ReadonlyMap<string, Record<string, string>>,
): Promise<number> {
  const input = (async function* archive() {
    for (const entry of entries) {
      const isFile = entry.type === 'file';
      yield formatTarHeader({
        ...entry,
        name: entry.path === '' ? '.' : entry.path,
        type: isFile ? tarTypes.file : tarTypes.directory,
        linkName: '',
        device: [0, 0],
        xattrs: files.get(entry.path),
      });
      if (!isFile) continue;
      yield* createReadStream(fsPath(`${cwd}/${entry.path}`));
      yield Buffer.alloc((TAR_BLOCK - (entry.size % TAR_BLOCK)) % TAR_BLOCK);
    }
    yield Buffer.alloc(2 * TAR_BLOCK);
  })();
  const args = [
    '-x',
    '-p',
    '--numeric-owner',
    '--xattrs',
    '--xattrs-include=*',
  ];
  return runProgram('tar', [...args, '-f', '-'], { cwd, input });
}
