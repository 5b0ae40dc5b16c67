import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describeSandbox } from './testing/describeSandbox';
import type { SandboxHost } from './testing/SandboxHost';

describeSandbox(
  'a hostile step',
  ['local', 'rootless', 'chroot'],
  (mode, fixture) => {
    let host: SandboxHost;
    let server: Server;
    let port: number;
    let socket: string;

    beforeAll(async () => {
      ({ host } = await fixture.start(mode, fixture.makeBase(mode)));
      server = createServer(connection => connection.end('from the host\n'));
      await new Promise<void>(resolve => {
        server.listen(0, '127.0.0.1', resolve);
      });
      port = (server.address() as AddressInfo).port;
      socket = path.join(fixture.folder, 'host.sock');
    });
    afterAll(async () => {
      await host.close();
      server.close();
    });

    it('does not get out of its filesystem', async () => {
      const { text, error } = await host.begin({
        args: ['escape', fixture.secretFile],
      }).outcome;
      expect(error).toBeUndefined();
      expect(text).toContain('tried everything');
      expect(text).not.toContain('REACHED');
      expect(text).not.toContain(fixture.secret);
      // What it may do it did, so that its failure to get out means something.
      const may =
        mode === 'chroot'
          ? []
          : ['chroot', 'nested', 'nested tmpfs', 'nested chroot'];
      for (const name of may) expect(text).toContain(`${name}: done`);
    });

    it('does not get out as another user, nor from a folder', async () => {
      for (const step of [
        { user: 'app', cwd: '/work' },
        { user: '12345:23456', cwd: '/tmp' },
      ]) {
        const { text, error } = await host.begin({
          args: ['escape', fixture.secretFile],
          ...step,
        }).outcome;
        expect(error).toBeUndefined();
        expect(text).toContain('tried everything');
        expect(text).not.toContain('REACHED');
      }
    });

    it('has no variable of ours, and its own ones exactly', async () => {
      const { text } = await host.begin({
        args: ['env'],
        env: ['PATH=/bin', 'QUOTED=it\'s "$HOME"\n`id`', 'my.var=1', 'EMPTY='],
      }).outcome;
      expect(text.trimEnd().split('\n').sort()).toEqual(
        [
          'PATH=/bin',
          'QUOTED=it\'s "$HOME"',
          '`id`',
          'my.var=1',
          'EMPTY=',
        ].sort(),
      );
    });

    it('has no library of its own loaded into a program of ours', async () => {
      const { text, error } = await host.begin({
        args: ['cat', '/bin/started'],
        cwd: '/work',
        env: [
          'PATH=/bin',
          'LD_PRELOAD=./evil.so',
          'LD_LIBRARY_PATH=.:/work',
          'GCONV_PATH=.',
        ],
      }).outcome;
      expect(text).not.toContain('evil');
      expect(error).toMatchObject({ kind: 'execution', exitCode: 1 });
    });

    it('keeps no descriptor of ours', async () => {
      const { text } = await host.shell(
        mode === 'chroot' ? 'echo 0 1 2' : 'ls /proc/self/fd',
      );
      // One more is the folder that is being listed.
      expect(text.trim().split(/\s+/).length).toBeLessThanOrEqual(4);
    });

    it('does not reach a port of this machine', async () => {
      if (mode === 'chroot') return;
      for (const network of ['none', 'proxy'] as const) {
        const { text, error } = await host.shell(
          `echo hi | nc -w 2 127.0.0.1 ${port}`,
          { network },
        );
        expect(text).not.toContain('from the host');
        expect(error).toMatchObject({ kind: 'execution' });
      }
    });

    it('does not reach it through the proxy, by any name', async () => {
      const names = [
        `127.0.0.1:${port}`,
        `localhost:${port}`,
        `[::1]:${port}`,
        `[::ffff:127.0.0.1]:${port}`,
        `0x7f000001:${port}`,
        `2130706433:${port}`,
        `127.1:${port}`,
        `0.0.0.0:${port}`,
        '169.254.169.254',
      ];
      for (const name of names) {
        const { text, fetched } = await host.shell(
          `printf 'GET http://${name}/ HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | nc -w 5 127.0.0.1 3128`,
          { network: 'proxy' },
        );
        expect(text).toMatch(/^HTTP\/1\.1 40[03]/);
        expect(text).not.toContain('from the host');
        expect(fetched).not.toContainEqual(
          expect.objectContaining({ allowed: true }),
        );
      }
    });

    it('does not reach a socket of this machine', async () => {
      const { text } = await host.shell(
        `test -e ${socket} && echo there; test -e /run/dbus && echo there; ls /tmp`,
      );
      expect(text).not.toContain('there');
    });

    it('sees only its own processes', async () => {
      const { text } = await host.shell('ps');
      expect(text).not.toContain('server.cjs');
      expect(text).not.toContain('unshare');
    });

    it('has the rights that container engines leave, and no more', async () => {
      if (mode === 'chroot') return;
      const { text } = await host.shell('grep Cap /proc/self/status');
      expect(text).toMatch(/CapEff:\s+00000000a80425fb/);
      expect(text).toMatch(/CapBnd:\s+00000000a80425fb/);
      expect(text).toMatch(/CapInh:\s+0{16}/);
      const other = await host.shell('grep Cap /proc/self/status', {
        user: 'app',
      });
      expect(other.text).toMatch(/CapEff:\s+0{16}/);
    });

    it('can not write to what is shown to it read-only', async () => {
      if (mode === 'chroot') return;
      const mounts = [
        {
          type: 'directory' as const,
          source: fixture.makeFolder(mode),
          target: '/shown',
          access: 'readOnly' as const,
        },
      ];
      const { text } = await host.shell(
        'touch /shown/x; mount -o remount,rw /shown; touch /shown/y; mknod /shown/z c 1 3; for f in /dev/.buildog/*; do echo x >> $f; done; echo x > /etc/hosts',
        { mounts },
      );
      for (const file of ['/shown/x', '/shown/y', '/etc/hosts']) {
        expect(text).toMatch(new RegExp(`${file}.*Read-only file system`));
      }
      const launcher = text.match(
        /\.buildog\/\S+: (Read-only file system|Permission denied)/g,
      );
      expect(launcher?.length).toBe(3);
      expect(text).toMatch(/\/shown\/z: (Read-only|Operation not permitted)/);
      expect(text).toMatch(/mount: .*(ermi|perm)/);
    });
  },
);
