import { addBusybox, addUsers } from '../../cluster/images/imageRecipes.ts';
import { run } from '../../cluster/system/run.ts';

/** Runs one of the scripts below in the root of a layer. */
const script = (text: string) => async (root: string) => {
  await run('sh', ['-euc', text], { cwd: root, env: { LC_ALL: 'C' } });
};

/**
 * A base with everything that a file system can hold, and a second layer with
 * whiteouts, an opaque directory and files that replace others.
 */
export const richLayers: readonly ((root: string) => Promise<void>)[] = [
  async root => {
    await addBusybox(root);
    await addUsers(root);
    await script(`
      mkdir -p srv/app srv/data usr/lib/deep/er opt/tool/bin opt/opaque/sub etc/conf.d
      echo app > srv/app/app.txt; chown -R 1000:1000 srv/app
      echo one > opt/tool/one; ln opt/tool/one opt/tool/two; ln opt/tool/one opt/tool/bin/three
      ln -s ../one opt/tool/bin/link; ln -s /opt/tool/one opt/tool/absolute
      ln -s opt/tool tool; ln -s nowhere opt/tool/broken
      cp bin/busybox opt/tool/suid; chmod 4755 opt/tool/suid
      echo sgid > opt/tool/sgid; chown 0:1000 opt/tool/sgid; chmod 2755 opt/tool/sgid
      mkdir opt/sticky; chmod 1777 opt/sticky; mkdir opt/group; chown 0:1000 opt/group; chmod 2775 opt/group
      echo ping > opt/tool/capable; chmod 755 opt/tool/capable; setcap cap_net_raw,cap_setfcap+ep opt/tool/capable
      setfattr -n user.note -v hello opt/tool/one || true
      echo secret > etc/shadowed; chmod 600 etc/shadowed
      echo gone > opt/gone; echo hidden > opt/opaque/hidden; echo deep > opt/opaque/sub/deep
      echo was-file > opt/becomes-dir; mkdir opt/becomes-file; echo x > opt/becomes-file/x
      mkfifo opt/fifo; echo a > 'etc/conf.d/with space'; echo b > etc/conf.d/ümläut
    `)(root);
  },
  script(`
    mkdir -p opt/opaque opt/becomes-dir
    : > opt/.wh.gone
    : > opt/opaque/.wh..wh..opq; echo new > opt/opaque/new
    echo inside > opt/becomes-dir/inside
    echo now-file > opt/becomes-file
  `),
];
