import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  cp,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../cluster/system/run.ts';
import type { PreparedCase } from './builders/CorpusBuilder.ts';

const folder = join(import.meta.dirname, 'cases');

/** What `case.json` of a case may say; all of it is optional. */
export interface CaseSettings {
  /** Build arguments. */
  args?: Record<string, string>;
  /** The stage to build. */
  target?: string;
  /** Platforms to build for. */
  platforms?: string[];
  /** The Dockerfile's path in the context, when it is another than `Dockerfile`. */
  dockerfile?: string;
  /** Id of a secret to its content. */
  secrets?: Record<string, string>;
  /** When every builder must refuse it: what the error says, as a regular expression. */
  expectError?: string;
}

/** One case: a folder of `cases/`. */
export interface Case {
  name: string;
  folder: string;
  settings: CaseSettings;
}

/** All cases, in the order of their names. */
export async function listCases(): Promise<Case[]> {
  const names = (await readdir(folder)).sort();
  return names.map(name => {
    const file = join(folder, name, 'case.json');
    const settings = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as CaseSettings)
      : {};
    return { name, folder: join(folder, name), settings };
  });
}

/** What the words `registry.test` and `sources.test` in a Dockerfile stand for. */
export interface Hosts {
  registry: string;
  sources: string;
}

/**
 * 2015-06-15, and for each case another minute: BuildKit sends only files whose
 * size or time is another than in the context of the build before.
 */
const timeOf = (name: string) =>
  Date.UTC(2015, 5, 15, 12, parseInt(name, 10), 45) / 1000;

/**
 * Lays a case out below `into`: a context whose modes and times are the same on
 * every machine, which git does not promise. The case's own `context.sh`
 * (run by sh in the context) makes what git cannot keep at all: links, owners,
 * modes, attributes, times.
 */
export async function prepareCase(
  { name, folder: from, settings }: Case,
  into: string,
  hosts: Hosts,
): Promise<PreparedCase> {
  const context = join(into, name, 'context');
  await rm(join(into, name), { recursive: true, force: true });
  await mkdir(join(into, name, 'secrets'), { recursive: true });
  const script = join(from, 'context.sh');
  await cp(from, context, {
    recursive: true,
    filter: path => path !== script && path !== join(from, 'case.json'),
  });
  const dockerfile = settings.dockerfile ?? 'Dockerfile';
  await nameHosts(join(context, dockerfile), hosts);
  const time = timeOf(name);
  await settle(context, time);
  if (existsSync(script)) {
    await run('sh', ['-eu', script], { cwd: context, env: { LC_ALL: 'C' } });
    await setTimes(context, time);
  }
  const secrets: Record<string, string> = {};
  for (const [id, content] of Object.entries(settings.secrets ?? {})) {
    secrets[id] = join(into, name, 'secrets', id);
    await writeFile(secrets[id], content);
  }
  return {
    ...{ name, context, dockerfile, secrets },
    args: settings.args ?? {},
    target: settings.target,
    platforms: settings.platforms,
  };
}

async function nameHosts(file: string, hosts: Hosts): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text
      .replaceAll('registry.test', hosts.registry)
      .replaceAll('sources.test', hosts.sources),
  );
}

/** Plain modes, whatever the umask was when git made the files. */
async function settle(path: string, time: number): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory()) {
    for (const name of await readdir(path))
      await settle(join(path, name), time);
    await chmod(path, 0o755);
  } else if (found.isFile()) {
    await chmod(path, found.mode & 0o100 ? 0o755 : 0o644);
  }
  await lutimes(path, time, time);
}

/** What the script just made gets the usual time too; a time it set on purpose stays. */
async function setTimes(path: string, time: number): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory())
    for (const name of await readdir(path))
      await setTimes(join(path, name), time);
  if (Date.now() - found.mtimeMs < 60_000) await lutimes(path, time, time);
}
