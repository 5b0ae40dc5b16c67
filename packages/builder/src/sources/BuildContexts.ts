import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { createIgnoreMatcher } from '../dockerfile/ignore/createIgnoreMatcher';
import { readDockerignore } from '../dockerfile/ignore/readDockerignore';
import { BuilderError } from '../errors/BuilderError';
import type { IdentifiedTree } from '../solve/SolveTools';
import { ContextTree, type IgnoreRules } from './ContextTree';
import { readContextFile } from './readContextFile';
import { StatCache } from './StatCache';

/** A context's folder, wherever its files come from. */
export interface ContextFolder {
  readonly folder: string;
  /** The same for the same content: a commit's folder, for example. */
  readonly identity?: string;
}

/** A Dockerfile as text. */
export interface FoundDockerfile {
  /** As the caller named it. */
  readonly name: string;
  readonly text: string;
}

/**
 * The folders a build copies from: `default` and the named ones. Each is opened
 * once, with its `.dockerignore`; for the default context, one that stands beside
 * the Dockerfile and has its name (`app.Dockerfile.dockerignore`) wins.
 */
export class BuildContexts {
  private readonly trees = new Map<string, Promise<ContextTree>>();
  private readonly statCaches: StatCache[] = [];

  constructor(
    private readonly folders: ReadonlyMap<string, ContextFolder>,
    private readonly options: {
      /** Folder for digests of files. */
      readonly statFolder: string;
      /** Path of the Dockerfile on this machine, where it has one. */
      readonly dockerfile?: string;
    },
  ) {}

  /** Files of a context. */
  async tree(name: string): Promise<IdentifiedTree> {
    const known = this.folders.get(name);
    if (!known) {
      throw new BuilderError(
        'validation',
        `there is no build context ${JSON.stringify(
          name,
        )}: add --build-context ${name}=FOLDER`,
      );
    }
    let tree = this.trees.get(name);
    if (!tree) {
      tree = this.open(name, known.folder);
      this.trees.set(name, tree);
    }
    return { tree: await tree };
  }

  /** Keeps what was learned of files for the next build. */
  async save(): Promise<void> {
    await Promise.all(this.statCaches.map(cache => cache.save()));
  }

  private async open(name: string, folder: string): Promise<ContextTree> {
    const own =
      name === 'default' && this.options.dockerfile !== undefined
        ? await readRules(`${this.options.dockerfile}.dockerignore`)
        : undefined;
    const rules = own ?? (await readRules(join(folder, '.dockerignore')));
    await mkdir(this.options.statFolder, { recursive: true });
    const id = createHash('sha256').update(
      await realpath(folder).catch(() => folder),
    );
    const statCache = new StatCache(
      join(this.options.statFolder, id.digest('hex')),
    );
    this.statCaches.push(statCache);
    return ContextTree.open(folder, { rules, statCache });
  }
}

async function readRules(path: string): Promise<IgnoreRules | undefined> {
  const text = await readContextFile(path);
  if (text === undefined) return undefined;
  const matcher = createIgnoreMatcher(readDockerignore(text));
  return { matcher, file: path.slice(path.lastIndexOf('/') + 1) };
}

/**
 * Where a Dockerfile is: a path is taken from the context first, then from where
 * the caller stands, as people mean both.
 *
 * @throws {@link BuilderError} `validation` naming both places
 */
export async function findDockerfile(
  context: string,
  name: string | undefined,
): Promise<FoundDockerfile & { readonly path: string }> {
  const candidates = candidatesOf(context, name);
  for (const path of candidates) {
    const text = await readContextFile(path);
    if (text !== undefined) return { name: shown(path), text, path };
  }
  throw new BuilderError(
    'validation',
    `there is no Dockerfile at ${[...new Set(candidates)].join(
      ' or ',
    )}: name it with -f`,
  );
}

function candidatesOf(context: string, name: string | undefined): string[] {
  if (name === undefined) {
    return ['Dockerfile', 'Containerfile'].map(file => join(context, file));
  }
  return isAbsolute(name) ? [name] : [resolve(name), join(context, name)];
}

/** Relative to where the caller stands, where that is shorter. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith(`..${sep}`) ? path : short;
}
