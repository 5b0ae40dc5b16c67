import { BuilderError } from '../../errors/BuilderError';
import type { FileTree } from '../../layers/FileTree';
import { nearest } from '../../dockerfile/text/nearest';
import { cleanPath, joinPath, nameOf, parentOf } from './paths';

/** A tree that knows why something is not in it. */
export interface ExplainingTree extends FileTree {
  /** A sentence, or undefined when it knows no reason. */
  explainMissing(path: string): Promise<string | undefined>;
}

/** Says that a source is not there, and what was probably meant. */
export async function missingSource(
  tree: FileTree,
  source: string,
  path: string,
): Promise<BuilderError> {
  const reason = await explain(tree, path);
  if (reason) {
    return new BuilderError('validation', `/${path} is not there: ${reason}`);
  }
  // The deepest folder that is there says what could have been meant.
  let folder = parentOf(path);
  let missing = nameOf(path);
  while (folder !== '' && (await tree.lookup(folder)) === undefined) {
    missing = nameOf(folder);
    folder = parentOf(folder);
  }
  const names = (await tree.list(folder)).map(entry => nameOf(entry.path));
  const close = nearest(missing, names);
  const written =
    cleanPath(source) === path ? '' : ` (written as ${source.slice(0, 200)})`;
  const where = folder === '' ? '' : ` in /${folder}`;
  return new BuilderError(
    'validation',
    `/${path}${written} is not there: ${
      close
        ? `did you mean ${joinPath(folder, close)}?`
        : `there is no ${JSON.stringify(missing)}${where}`
    }`,
  );
}

async function explain(
  tree: FileTree,
  path: string,
): Promise<string | undefined> {
  return 'explainMissing' in tree
    ? (tree as ExplainingTree).explainMissing(path)
    : undefined;
}
