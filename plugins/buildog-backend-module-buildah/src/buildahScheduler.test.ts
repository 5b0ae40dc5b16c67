import {
  schedulerTask,
  workspaceLayout,
} from '@buildog/plugin-buildog-node/testing';
import { buildahScheduler } from './buildahScheduler';

const build = (settings: object = {}, task = schedulerTask()) =>
  buildahScheduler.prepare(
    task,
    workspaceLayout(),
    buildahScheduler.settingsSchema.parse({
      image: 'r.example/buildah:1.28',
      ...settings,
    }),
  );
const container = (settings: object = {}, task = schedulerTask()) =>
  build(settings, task).containers[0];

describe('buildahScheduler', () => {
  it('commits to a layout, in chroot isolation, from its own storage', () => {
    expect(container().args).toEqual(
      expect.arrayContaining([
        '--storage-driver=vfs',
        '--root=/buildog/scratch/storage',
        'bud',
        '--isolation=chroot',
        '--tag=oci:/buildog/output/image',
        '--file=/buildog/workspace/Dockerfile',
      ]),
    );
    expect(container().args.at(-1)).toBe('/buildog/workspace');
    expect(build().output.ownerUid).toBeUndefined();
  });

  it('leaves the seccomp profile unset, or names the one on the nodes', () => {
    expect(container().security.seccomp).toBe('Unset');
    expect(
      container({ seccompLocalhostProfile: 'p/buildah.json' }).security.seccomp,
    ).toEqual({ localhostProfile: 'p/buildah.json' });
  });

  it('says how to reach registries in files', () => {
    const settings = {
      registryCertificates: { a: '-----BEGIN CERTIFICATE-----' },
    };
    expect(Object.keys(container(settings).files ?? {})).toEqual([
      'registries.conf',
      'registry-0.crt',
    ]);
    expect(container(settings).args).toContain('--cert-dir=/buildog/files');
    expect(container().args.join(' ')).not.toContain('--cert-dir');
  });

  it('passes everything that the task asks for', () => {
    const task = schedulerTask({
      target: 'final',
      platform: { os: 'linux', architecture: 'arm', cpuVariant: 'v7' },
      sourceDateEpoch: 7,
      context: 'a',
      annotations: { x: 'y=z' },
    });
    expect(container({ squash: true, compression: 'none' }, task).args).toEqual(
      expect.arrayContaining([
        '--target=final',
        '--platform=linux/arm/v7',
        '--timestamp=7',
        '--build-arg=VERSION=1',
        '--label=org.opencontainers.image.revision=abc',
        '--annotation=x=y=z',
        '--squash',
        '--disable-compression=true',
        '--http-proxy=false',
      ]),
    );
  });

  it('hands a proxy on', () => {
    const settings = { proxy: { https: 'http://p.example:3128' } };
    expect(container(settings).args).toContain('--http-proxy=true');
    expect(container(settings).env).toMatchObject({
      HTTPS_PROXY: 'http://p.example:3128',
    });
  });
});
