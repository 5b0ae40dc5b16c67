import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PreparedCase } from './CorpusBuilder.ts';

const directive = /^(\s*#\s*)syntax(\s*=\s*).*$/im;

/**
 * The Dockerfile for a builder that would pull the image that `# syntax=` names:
 * a copy outside the context in which another directive stands in its place, so
 * that those after it are still directives. The same file when it has none.
 *
 * @returns its path
 */
export async function withoutSyntax({
  context,
  dockerfile,
}: PreparedCase): Promise<string> {
  const file = join(context, dockerfile);
  const text = await readFile(file, 'utf8');
  if (!directive.test(text)) return file;
  const copy = join(dirname(context), 'without-syntax', basename(file));
  await mkdir(dirname(copy), { recursive: true });
  await writeFile(copy, text.replace(directive, '$1check$2skip=all'));
  return copy;
}
