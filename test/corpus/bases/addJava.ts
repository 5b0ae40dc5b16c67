import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDebianPackages } from '../../cluster/programs/debianPackages.ts';
import { run } from '../../cluster/system/run.ts';

/** A small Java with its compiler and `jar`, linked from Debian's. */
export async function addJava(root: string): Promise<void> {
  await ensureDebianPackages(
    ['openjdk-17-jdk-headless'],
    'the corpus has a Java project',
  );
  await mkdir(join(root, 'opt'), { recursive: true });
  await run('jlink', [
    ...['--add-modules', 'java.base,jdk.compiler,jdk.jartool'],
    ...['--strip-debug', '--no-man-pages', '--no-header-files'],
    ...['--compress=2', '--output', join(root, 'opt/java')],
  ]);
}
