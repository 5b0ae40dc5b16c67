import { TarReader } from '../tar/TarReader';
import { AttributeProgram, attributeProgram } from './attributeProgram';
import { parseAttributeDump, XattrsByPath } from './attributeDump';
import { isKeptXattr } from './keptXattr';
import { runProgram } from './runProgram';

/** Extended attributes of an image's files, by path. Files without any are not in it. */
export type Xattrs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Finds the files below a directory that have extended attributes. One program
 * looks at all of them; without it nothing is found, and `warn` is told.
 */
export async function readXattrs(
  directory: string,
  warn: (message: string) => void = () => undefined,
  program: AttributeProgram = attributeProgram(),
): Promise<Xattrs> {
  switch (program) {
    case 'attr':
      return kept(await fromGetfattr(directory));
    case 'tar':
      return kept(await fromTar(directory));
    default:
      warn(
        'extended attributes (file capabilities) of what RUN wrote were not looked for: install the package attr or GNU tar',
      );
      return new Map();
  }
}

async function fromGetfattr(cwd: string): Promise<XattrsByPath> {
  const chunks: Buffer[] = [];
  const args = ['-R', '-P', '-h', '-d', '-m', '-', '-e', 'base64', '--', '.'];
  const take = (bytes: Buffer) => chunks.push(bytes);
  await runProgram('getfattr', args, { cwd, take });
  return parseAttributeDump(Buffer.concat(chunks));
}

/** Tar has to read contents as well, which nobody looks at. */
async function fromTar(cwd: string): Promise<XattrsByPath> {
  const files: XattrsByPath = new Map();
  const reader = new TarReader({
    entry: ({ name, xattrs }) => {
      if (xattrs) files.set(name.replace(/^\.\/|\/$/g, ''), { ...xattrs });
    },
    data: () => undefined,
  });
  const args = ['-c', '-f', '-', '-H', 'pax', '--xattrs', '--', '.'];
  args.splice(5, 0, '--xattrs-include=*');
  await runProgram('tar', args, { cwd, take: bytes => reader.push(bytes) });
  return files;
}

function kept(files: XattrsByPath): Xattrs {
  const result = new Map<string, Record<string, string>>();
  for (const [path, attributes] of files) {
    const ours = Object.entries(attributes).filter(([name]) =>
      isKeptXattr(name),
    );
    if (ours.length > 0) result.set(path, Object.fromEntries(ours.sort()));
  }
  return result;
}
