import {
  schedulerTask,
  workspaceLayout,
} from '@buildog/plugin-buildog-node/testing';
import { knownFlags } from './kanikoFlags';
import { kanikoScheduler } from './kanikoScheduler';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----';

const build = (settings: object, task = schedulerTask()) =>
  kanikoScheduler.prepare(
    task,
    workspaceLayout(),
    kanikoScheduler.settingsSchema.parse(settings),
  );
const args = (settings: object, task = schedulerTask()) =>
  build(settings, task).containers[0].args;

describe('kanikoScheduler', () => {
  it('pushes nothing, writes a layout and is given no credential', () => {
    expect(args({})).toEqual(
      expect.arrayContaining([
        '--context=/buildog/workspace',
        '--dockerfile=/buildog/workspace/Dockerfile',
        '--no-push',
        '--oci-layout-path=/buildog/output/image',
        '--custom-platform=linux/amd64',
        '--log-format=json',
        '--ignore-path=/buildog',
        '--image-format=oci',
        '--credential-helpers=',
      ]),
    );
    expect(build({}).output.ownerUid).toBe(0);
  });

  it('emits only flags that the generation knows', () => {
    for (const generation of ['official', 'osscontainertools'] as const) {
      const flags = args(
        { generation, singleSnapshot: true, compressionLevel: 3 },
        schedulerTask({ target: 'x', sourceDateEpoch: 0 }),
      ).map(arg => /^--([a-z-]+)/.exec(arg)?.[1]);
      for (const flag of flags) expect(knownFlags(generation)).toContain(flag);
    }
  });

  it('sets the switches of the fork, and an administrator overrides them', () => {
    const features = { FF_KANIKO_RUN_VIA_TINI: false, FF_KANIKO_NEW: true };
    expect(build({ features }).containers[0].env).toMatchObject({
      FF_KANIKO_SECUREJOIN_EXTRACTION: 'true',
      FF_KANIKO_ROLLING_CACHE_KEY: 'true',
      FF_KANIKO_RUN_VIA_TINI: 'false',
      FF_KANIKO_NEW: 'true',
    });
    const official = build({ generation: 'official', features });
    expect(official.containers[0].env).toEqual({});
  });

  it('refuses annotations where the executor would drop them', () => {
    const task = schedulerTask({ annotations: { a: 'b' } });
    expect(args({}, task)).toContain('--annotation=a=b');
    expect(() => args({ generation: 'official' }, task)).toThrow(
      /annotations cannot be set by the official/,
    );
  });

  it('reaches registries as the settings say', () => {
    const settings = {
      insecureRegistries: ['plain:5000'],
      skipTlsVerifyRegistries: ['self.example'],
      registryMirrors: ['mirror.example'],
      registryMap: { 'docker.io': ['hub.example/x'], 'quay.io': ['a', 'b'] },
      mirrorsOnly: true,
      registryCertificates: {
        'one.example': CERTIFICATE,
        'two:5443': CERTIFICATE,
      },
    };
    expect(args(settings)).toEqual(
      expect.arrayContaining([
        '--insecure-registry=plain:5000',
        '--skip-tls-verify-registry=self.example',
        '--registry-mirror=mirror.example',
        '--registry-map=index.docker.io=hub.example/x',
        '--registry-map=quay.io=a',
        '--registry-map=quay.io=b',
        '--skip-default-registry-fallback',
        '--registry-certificate=one.example=/buildog/files/registry-0.crt',
        '--registry-certificate=two:5443=/buildog/files/registry-1.crt',
      ]),
    );
    expect(build(settings).containers[0].files).toEqual({
      'registry-0.crt': CERTIFICATE,
      'registry-1.crt': CERTIFICATE,
    });
  });

  it('hands proxies to the executor and to RUN', () => {
    const proxy = { http: 'http://p.example:3128', noProxy: ['.example'] };
    expect(build({ proxy }).containers[0].env).toMatchObject({
      HTTP_PROXY: 'http://p.example:3128',
      no_proxy: '.example',
    });
    expect(args({ proxy })).toContain(
      '--build-arg=HTTP_PROXY=http://p.example:3128',
    );
  });

  it('takes context and Dockerfile from where the task says', () => {
    const task = schedulerTask({
      context: 'a/b',
      dockerfile: 'c/Dockerfile.x',
    });
    expect(args({}, task)).toEqual(
      expect.arrayContaining([
        '--context=/buildog/workspace/a/b',
        '--dockerfile=/buildog/workspace/c/Dockerfile.x',
      ]),
    );
  });

  it('warns of an image that is not pinned and of TLS that is not verified', () => {
    const warnings = (settings: object) =>
      kanikoScheduler.settingsWarnings?.(
        kanikoScheduler.settingsSchema.parse(settings),
      );
    expect(warnings({})).toEqual([expect.stringContaining('not pinned')]);
    const image = `r.example/kaniko@sha256:${'0'.repeat(64)}`;
    expect(warnings({ image })).toEqual([]);
    expect(warnings({ image, insecureRegistries: ['plain:5000'] })).toEqual([
      expect.stringContaining('plain:5000'),
    ]);
  });
});
