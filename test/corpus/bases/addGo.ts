import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureGoToolchain } from '../../cluster/programs/goToolchain.ts';
import { run } from '../../cluster/system/run.ts';

/** The part of this machine's Go toolchain that compiles programs without cgo. */
export async function addGo(root: string): Promise<void> {
  const go = await ensureGoToolchain();
  const from = (await run(go, ['env', 'GOROOT'])).trim();
  const tools = (await run(go, ['env', 'GOTOOLDIR'])).trim();
  const into = join(root, 'usr/local/go');
  await mkdir(join(into, 'bin'), { recursive: true });
  await cp(join(from, 'bin/go'), join(into, 'bin/go'));
  for (const tool of ['asm', 'compile', 'link'])
    await cp(join(tools, tool), join(into, tools.slice(from.length + 1), tool));
  for (const name of ['VERSION', 'go.env', 'pkg/include'])
    await cp(join(from, name), join(into, name), { recursive: true });
  await cp(join(from, 'src'), join(into, 'src'), {
    recursive: true,
    filter: source =>
      !/_test\.go$|\/testdata(\/|$)|\/src\/cmd(\/|$)/.test(source),
  });
  if (!(await readFile(join(into, 'VERSION'), 'utf8')).startsWith('go1'))
    throw new Error(`${from} is no Go toolchain`);
}
