import {
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { publishResultSchema } from '../protocol';
import { MemoryRegistry } from '../testing/MemoryRegistry';
import { runForTest } from '../testing/runForTest';
import { writeImage, type ImageFixture } from '../testing/writeImage';
import { publish } from './publish';
import { temporaryFolder } from '../testing/temporaryFolder';

jest.setTimeout(60_000);

let registry: MemoryRegistry;
let layout: string;

beforeEach(async () => {
  registry = await MemoryRegistry.start();
  layout = join(temporaryFolder('buildog-layout'), 'image');
});

afterEach(() => registry.close());

async function run(change: object = {}, credential?: unknown) {
  const outcome = await runForTest(
    publish,
    {
      protocolVersion: 1,
      layoutPath: layout,
      repository: `${registry.host}/team/app`,
      insecureHosts: [registry.host],
      expectedPlatform: { os: 'linux', architecture: 'amd64' },
      ...change,
    },
    { credential },
  );
  const result = publishResultSchema.parse(outcome.result);
  return {
    ...outcome,
    result,
    failure: result.ok ? undefined : result.reason.code,
    message: result.ok ? '' : result.reason.message,
  };
}

describe('publish', () => {
  it('pushes by digest and says what it pushed', async () => {
    const manifest = writeImage(layout, {
      variant: 'v3',
      layers: [Buffer.from('one'), Buffer.alloc(100_000, 'two')],
    });
    const { result, code, lines } = await run();
    expect([code, lines.at(-1)]).toEqual([0, expect.any(String)]);
    expect(result).toMatchObject({
      ok: true,
      repository: `${registry.host}/team/app`,
      digest: manifest.digest,
      mediaType: manifest.mediaType,
      platform: { os: 'linux', architecture: 'amd64', cpuVariant: 'v3' },
      layers: 2,
      mountedBlobs: 0,
      existingBlobs: 0,
    });
    const stored = [...registry.blobs.values()].reduce(
      (sum, { length }) => sum + length,
      0,
    );
    expect(result).toMatchObject({
      size: stored + manifest.size,
      pushedBytes: stored,
    });
    expect([...registry.manifests.keys()]).toEqual([manifest.digest]);
    expect(
      registry.requests.filter(request => /PUT .*\/manifests/.test(request)),
    ).toEqual([`PUT /v2/team/app/manifests/${manifest.digest}`]);
    expect(lines.at(-1)).toContain(manifest.digest);
    // What is there already is not sent again.
    expect((await run()).result).toMatchObject({
      pushedBytes: 0,
      existingBlobs: 3,
    });
  });

  it('uses the docker config for its host only', async () => {
    writeImage(layout);
    registry.credential = 'bot:canary';
    const auth = Buffer.from('bot:canary').toString('base64');
    const { result, lines } = await run(
      {},
      { auths: { [registry.host]: { auth } } },
    );
    expect(result.ok).toBe(true);
    expect(lines.join()).not.toContain('canary');
    for (const host of [`x${registry.host}`, registry.host.slice(0, -1)]) {
      const other = await run({}, { auths: { [host]: { auth } } });
      expect(other.failure).toBe('PushUnauthorized');
      expect(other.message).not.toContain('canary');
    }
  });

  it.each<[string, number | 'hang', object]>([
    ['PushUnauthorized', 401, {}],
    ['PushDenied', 403, {}],
    ['PushRefused', 400, {}],
    ['RegistryRateLimited', 429, {}],
    ['RegistryFailed', 500, {}],
    ['PushTimedOut', 'hang', { limits: { seconds: 1 } }],
  ])(
    'fails with %s when the registry answers %s',
    async (code, fault, change) => {
      writeImage(layout);
      registry.fault = fault;
      expect((await run(change)).failure).toBe(code);
    },
  );

  it.each([
    [
      'RegistryUnreachable',
      { repository: '127.0.0.1:1/x', insecureHosts: ['127.0.0.1:1'] },
    ],
    ['InputInvalid', { repository: 'UPPER/case' }],
    ['InputInvalid', { repository: 'h.test/x@sha256:1' }],
    ['InputInvalid', { mountFrom: ['../x'] }],
    [
      'PlatformMismatch',
      { expectedPlatform: { os: 'linux', architecture: 'arm64' } },
    ],
    [
      'PlatformMismatch',
      { expectedPlatform: { os: 'windows', architecture: 'amd64' } },
    ],
    ['LayoutTooLarge', { limits: { bytes: 10 } }],
    ['LayoutTooLarge', { limits: { manifestBytes: 10 } }],
    ['LayoutTooLarge', { limits: { layers: 1 } }],
  ])('fails with %s for %j', async (code, change) => {
    writeImage(layout, { layers: [Buffer.from('1'), Buffer.from('2')] });
    expect((await run(change)).failure).toBe(code);
    expect(registry.requests).toEqual([]);
  });

  it('compares the CPU variant where the image has one', async () => {
    const expectedPlatform = {
      os: 'linux',
      architecture: 'arm',
      cpuVariant: 'v7',
    };
    for (const [variant, failure] of [
      ['v7', undefined],
      [undefined, undefined],
      ['v6', 'PlatformMismatch'],
    ] as const) {
      rmSync(layout, { recursive: true, force: true });
      writeImage(layout, { architecture: 'arm', variant });
      expect((await run({ expectedPlatform })).failure).toBe(failure);
    }
  });

  it('says that a credential file is no docker config, without quoting it', async () => {
    writeImage(layout);
    const { failure, message } = await run({}, 'canary');
    expect(failure).toBe('CredentialInvalid');
    expect(message).not.toContain('canary');
  });
});

describe('a layout that its author forged', () => {
  const secret = () => {
    const file = join(temporaryFolder('buildog'), 'secret');
    writeFileSync(file, '{"canary":"s3cret"}');
    return file;
  };
  const blob = (digest: string) =>
    join(layout, 'blobs/sha256', digest.slice('sha256:'.length));

  it.each<[string, string, ImageFixture, (manifest: string) => void]>([
    [
      'is missing',
      'LayoutMissing',
      {},
      () => rmSync(layout, { recursive: true }),
    ],
    ['holds two images', 'LayoutInvalid', { copies: 2 }, () => undefined],
    [
      'is no JSON',
      'LayoutInvalid',
      {},
      () => writeFileSync(join(layout, 'index.json'), 'canary'),
    ],
    [
      'links its index to a secret',
      'LayoutInvalid',
      {},
      () => {
        rmSync(join(layout, 'index.json'));
        symlinkSync(secret(), join(layout, 'index.json'));
      },
    ],
    [
      'links a blob to a secret',
      'LayoutInvalid',
      {},
      manifest => {
        rmSync(blob(manifest));
        symlinkSync(secret(), blob(manifest));
      },
    ],
    [
      'links its folder of blobs elsewhere',
      'LayoutInvalid',
      {},
      () => {
        renameSync(join(layout, 'blobs'), `${layout}-blobs`);
        symlinkSync(`${layout}-blobs`, join(layout, 'blobs'));
      },
    ],
    [
      'lies about a digest',
      'LayoutInvalid',
      {},
      manifest => writeFileSync(blob(manifest), '{"canary":1}'),
    ],
    [
      'lies about a size',
      'LayoutInvalid',
      {},
      manifest => truncateSync(blob(manifest), 5),
    ],
  ])('%s', async (_, code, fixture, forge) => {
    forge(writeImage(layout, fixture).digest);
    const { failure, message, lines } = await run();
    expect(failure).toBe(code);
    expect(`${message} ${lines.join()}`).not.toMatch(/canary|s3cret/);
    expect(registry.requests).toEqual([]);
  });
});
