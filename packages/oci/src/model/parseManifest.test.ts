import fc from 'fast-check';
import { sha256 } from '../digest/Digest';
import { isOciError } from '../errors/OciError';
import { mediaTypes } from './mediaTypes';
import { parseConfig, parseIndex, parseManifest } from './parseManifest';
import { formatPlatform } from './Platform';
import { parseStrictJson } from './strictJson';

const { ociManifest, ociIndex, ociConfig, ociLayerGzip, dockerManifest } =
  mediaTypes;
const digest = sha256('x');
const config = { mediaType: ociConfig, digest, size: 1 };
const layer = { mediaType: ociLayerGzip, digest, size: 2 };
const manifest = { schemaVersion: 2, config, layers: [layer] };
const read = (document: object | string, type: string = ociManifest) =>
  parseManifest(
    Buffer.from(
      typeof document === 'string' ? document : JSON.stringify(document),
    ),
    type,
    'it',
  );

describe('parseManifest', () => {
  it('reads an image and drops what nobody may use', () => {
    const urls = ['https://evil.example/layer'];
    expect(
      read({ ...manifest, layers: [{ ...layer, urls, data: 'AAAA' }] }),
    ).toEqual({ kind: 'image', config, layers: [layer] });
    expect(read({ ...manifest, layers: null, subject: layer })).toEqual({
      kind: 'image',
      config,
      layers: [],
      subject: layer,
    });
  });

  it('reads an index', () => {
    const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    const child = { mediaType: ociManifest, digest, size: 3, platform };
    expect(read({ schemaVersion: 2, manifests: [child] }, ociIndex)).toEqual({
      kind: 'index',
      manifests: [child],
    });
    expect(formatPlatform(platform)).toBe('linux/arm64/v8');
    expect(parseIndex({ schemaVersion: 2, manifests: null }, 'it')).toEqual([]);
  });

  const secret = 'root:x:0:0';
  it.each<[string, object | string, string]>([
    ['no JSON', secret, 'not valid JSON'],
    ['half of it', '{"schemaVersion":2', 'not valid JSON'],
    ['no object', '[]', 'the document'],
    ['null', 'null', 'the document'],
    ['schema 1', { ...manifest, schemaVersion: 1 }, 'schemaVersion'],
    ['no config', { schemaVersion: 2, layers: [] }, 'config'],
    [
      'a digest that is a path',
      { ...manifest, config: { ...config, digest: 'sha256:../../etc/passwd' } },
      'config.digest',
    ],
    [
      'a negative size',
      { ...manifest, layers: [{ ...layer, size: -1 }] },
      'layers[0].size',
    ],
    [
      'half a byte',
      { ...manifest, layers: [{ ...layer, size: 1.5 }] },
      'layers[0].size',
    ],
    [
      'an absurd size',
      { ...manifest, layers: [{ ...layer, size: 1e300 }] },
      'layers[0].size',
    ],
    [
      'layers that are no list',
      { ...manifest, layers: { 0: layer } },
      'layers',
    ],
    ['manifest and index at once', { ...manifest, manifests: [] }, 'manifests'],
    [
      'another media type inside',
      { ...manifest, mediaType: dockerManifest },
      'mediaType',
    ],
    [
      'other capitals',
      { ...manifest, Layers: [] },
      'layers is written with other capitals',
    ],
    [
      'Go’s folding',
      { ...manifest, layerſ: [] },
      'layers is written with other capitals',
    ],
    [
      'other capitals below',
      { ...manifest, config: { ...config, DIGEST: digest } },
      'config.digest',
    ],
    [
      'a doubled key',
      `{"schemaVersion":2,"config":${JSON.stringify(
        config,
      )},"layers":[],"layers":[]}`,
      'same key twice',
    ],
    [
      'an escaped doubled key',
      `{"schemaVersion":2,"schema\\u0056ersion":2}`,
      'same key twice',
    ],
    [
      'annotations of numbers',
      { ...manifest, layers: [{ ...layer, annotations: { [secret]: 1 } }] },
      'layers[0].annotations',
    ],
  ])('refuses %s, without quoting it', (_, document, reason) => {
    let error: unknown;
    try {
      read(document);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'invalidManifest',
      message: expect.stringContaining(reason),
    });
    expect(String(error)).not.toContain(secret);
  });

  it('refuses what is no UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    expect(() => parseManifest(bytes, ociManifest, 'it')).toThrow('UTF-8');
  });

  it('refuses other media types', () => {
    expect(() => read(manifest, 'application/json')).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
    // Docker's manifest always names its type.
    expect(() => read(manifest, dockerManifest)).toThrow('mediaType');
    expect(() =>
      parseIndex({ schemaVersion: 2, mediaType: 'x', manifests: [] }, 'it'),
    ).toThrow('mediaType');
    expect(() =>
      read({ schemaVersion: 2, manifests: [], layers: [] }, ociIndex),
    ).toThrow('layers has no place in an index');
  });

  it('lives with deep nesting and any text', () => {
    expect(() => read('['.repeat(1_000_000))).toThrow('not valid JSON');
    expect(() => read(`${'['.repeat(5000)}${']'.repeat(5000)}`)).toThrow();
    const isOwnError = (text: string) => {
      try {
        return read(text) !== undefined;
      } catch (error) {
        return isOciError(error, 'invalidManifest');
      }
    };
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), isOwnError));
  });
});

describe('parseConfig', () => {
  const parse = (document: object) =>
    parseConfig(Buffer.from(JSON.stringify(document)), 'it');
  const rootfs = { type: 'layers', diff_ids: [digest, digest] };

  it('gives platform, labels, creation and number of layers', () => {
    expect(
      parse({
        os: 'linux',
        architecture: 'amd64',
        created: '2026-01-02T03:04:05Z',
        config: { Labels: { a: 'b' }, Env: ['X=y'] },
        rootfs,
      }),
    ).toEqual({
      platform: { os: 'linux', architecture: 'amd64' },
      created: '2026-01-02T03:04:05Z',
      labels: { a: 'b' },
      layerCount: 2,
    });
  });

  it('has no platform where the config names none', () => {
    expect(
      parse({
        config: { Labels: null },
        rootfs: { type: 'layers', diff_ids: null },
      }),
    ).toEqual({ labels: {}, layerCount: 0 });
    expect(parse({ os: '', architecture: '', rootfs })).not.toHaveProperty(
      'platform',
    );
  });

  it.each([
    { rootfs: { type: 'other', diff_ids: [] } },
    { rootfs, OS: 'linux' },
    { rootfs, config: { labels: { a: 'b' } } },
    { rootfs, config: { Labels: { a: 1 } } },
  ])('refuses %j', document => {
    expect(() => parse(document)).toThrow(
      expect.objectContaining({ code: 'invalidManifest' }),
    );
  });
});

describe('parseStrictJson', () => {
  it('means what JSON.parse means', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(Buffer.from(text))).toEqual({
          value: JSON.parse(text),
        });
      }),
    );
  });

  it.each([
    ['{"a":{"b":1},"b":1}', false],
    ['[{"a":1},{"a":1}]', false],
    ['{"a":"a","b":["a","a"]}', false],
    ['{"a":{"b":1,"b":2}}', true],
    ['[[{"a":1,"c":{},"a":2}]]', true],
    ['{"a\\":":1,"b":"a\\":","c":2}', false],
    ['{"__proto__":1,"__proto__":2}', true],
  ])('%s has a doubled key: %p', (text, doubled) => {
    expect(parseStrictJson(Buffer.from(text)).fault !== undefined).toBe(
      doubled,
    );
  });
});
