import { mkdir } from 'node:fs/promises';
import { run } from '../../cluster/system/run.ts';

const time = '2012-03-04T05:06:07Z';

/*
 * The same bytes on every machine, so that Dockerfiles can name checksums:
 * sorted archives without owners or times, git commits with fixed ones.
 */
const script = `
umask 022
printf 'hello from http\\n' > hello.txt
mkdir -p tree/sub
echo one > tree/one; echo two > tree/sub/two; ln -s one tree/link; chmod 750 tree/sub
tar --create --file archive.tar --format=ustar --sort=name --mtime='${time}' --owner=7 --group=8 --numeric-owner tree
gzip --no-name --keep archive.tar
rm -r tree
git init --quiet --initial-branch=main work
cd work
git config user.name corpus
git config user.email corpus@example.test
mkdir src
echo 'first' > README; echo 'code' > src/main.txt; ln -s src/main.txt link
printf '#!/bin/sh\\necho run\\n' > run.sh; chmod 755 run.sh
git add . && git commit --quiet --message first && git tag v1
echo 'second' > README
git add . && git commit --quiet --message second
git checkout --quiet -b feature
echo 'feature' > FEATURE
git add . && git commit --quiet --message feature
cd ..
git clone --quiet --bare work project.git
git -C project.git config uploadpack.allowAnySHA1InWant true
rm -r work
find . -maxdepth 1 -type f -exec touch --date='${time}' {} +
`;

/** Fills an empty folder with what `Sources` serves: `hello.txt`, `archive.tar`, `archive.tar.gz`, `project.git`. */
export async function makeSources(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run('sh', ['-euc', script], {
    cwd: folder,
    env: {
      ...{ LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null' },
      ...{ GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time },
      GIT_CONFIG_NOSYSTEM: '1',
    },
  });
}
