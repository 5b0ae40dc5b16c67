import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mediaTypes, sha256 } from '@buildog/oci';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Layer } from '../layers/Layer';
import type { RuntimeConfig } from '../model/ImageConfig';
import { composeBundle } from './composeBundle';
import { composeImage, ImageParts } from './composeImage';

const folder = join(__dirname, 'testdata');
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
for (const name of readdirSync(folder).filter(file => file.endsWith('.json'))) {
  // Their ids and their references to each other do not fit together.
  const text = readFileSync(join(folder, name), 'utf8');
  const schema = text.replace(/"id": "https:[^"]*",?/g, '');
  ajv.addSchema(JSON.parse(schema), name);
}

function expectValid(name: string, bytes: Buffer): void {
  const validate = ajv.getSchema(`${name}.json`);
  const isValid = validate?.(JSON.parse(bytes.toString()));
  expect(validate?.errors ?? []).toEqual([]);
  expect(isValid).toBe(true);
}

const layer = (
  name: string,
  mediaType: string = mediaTypes.ociLayerGzip,
): Layer => ({
  diffId: sha256(`${name} unpacked`),
  blob: { mediaType, digest: sha256(name), size: name.length },
});

const everything: RuntimeConfig = {
  User: '1000:1000',
  ExposedPorts: { '80/tcp': {}, '53/udp': {} },
  Env: ['PATH=/bin', 'EMPTY='],
  Entrypoint: ['/entry'],
  Cmd: ['a', 'b'],
  Volumes: { '/data': {} },
  WorkingDir: '/work',
  Labels: { b: '2', a: '1' },
  StopSignal: 'SIGTERM',
  Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000, Retries: 3 },
  Shell: ['/bin/sh', '-c'],
  OnBuild: ['RUN true'],
  ArgsEscaped: false,
};

const parts: ImageParts = {
  platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  config: {
    os: 'linux',
    architecture: 'arm64',
    author: 'me',
    config: everything,
  },
  layers: [layer('one'), layer('two', mediaTypes.dockerLayerGzip)],
  history: [
    { created_by: 'FROM', created: '2026-01-02T03:04:05Z' },
    { created_by: 'ENV', empty_layer: true },
    { created_by: 'RUN', comment: 'c' },
  ],
  created: '2026-01-02T03:04:05.123Z',
};

describe('images are valid by the schemas of the specification', () => {
  it.each<[string, ImageParts]>([
    ['with everything', parts],
    [
      'with nothing',
      {
        ...parts,
        config: { os: 'linux', architecture: 'amd64' },
        layers: [],
        history: [],
        created: undefined,
      },
    ],
    ['in Docker’s format', { ...parts, format: 'docker' }],
    ['with annotations', { ...parts, annotations: { 'org.example': 'x' } }],
  ])('%s', (_, given) => {
    const { config, manifest } = composeImage(given);
    expectValid('config-schema', config.bytes);
    expectValid('image-manifest-schema', manifest.bytes);
    expect(JSON.parse(manifest.bytes.toString())).toMatchObject({
      config: config.descriptor,
    });
  });

  it('as an index', () => {
    const amd64 = composeImage({
      ...parts,
      platform: { os: 'linux', architecture: 'amd64' },
    });
    const bundle = composeBundle([composeImage(parts), amd64]);
    expectValid('image-index-schema', bundle.index?.bytes ?? Buffer.from(''));
    expect(bundle.root).toBe(bundle.index?.descriptor);
  });

  it('and the schemas can say no', () => {
    const { manifest } = composeImage(parts);
    const broken = manifest.bytes
      .toString()
      .replace('"layers":[', '"layers":["x",');
    expect(
      ajv.getSchema('image-manifest-schema.json')?.(JSON.parse(broken)),
    ).toBe(false);
  });
});

describe('composeImage', () => {
  it('gives the same digests whatever the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(everything).reverse());
    const labels = { a: '1', b: '2' };
    const other = composeImage({
      ...parts,
      config: { ...parts.config, config: { ...reversed, Labels: labels } },
    });
    expect(other).toEqual(composeImage(parts));
  });

  it('has the media types of its format, also for layers of the base', () => {
    const types = (format: 'oci' | 'docker') => {
      const { manifest } = composeImage({
        ...parts,
        format,
        annotations: { a: 'b' },
      });
      const { mediaType, config, layers, annotations } = JSON.parse(
        manifest.bytes.toString(),
      );
      return [
        mediaType,
        config.mediaType,
        ...layers.map((one: { mediaType: string }) => one.mediaType),
        annotations,
      ];
    };
    const { ociManifest, ociConfig, ociLayerGzip } = mediaTypes;
    expect(types('oci')).toEqual([
      ociManifest,
      ociConfig,
      ociLayerGzip,
      ociLayerGzip,
      { a: 'b' },
    ]);
    const { dockerManifest, dockerConfig, dockerLayerGzip } = mediaTypes;
    expect(types('docker')).toEqual([
      dockerManifest,
      dockerConfig,
      dockerLayerGzip,
      dockerLayerGzip,
      undefined,
    ]);
  });

  it.each([
    [
      'too few lines',
      [{ created_by: 'RUN' }],
      [undefined, 'RUN'],
      [false, false],
    ],
    [
      'too many lines',
      [{ created_by: 'a' }, { created_by: 'b' }, { created_by: 'c' }],
      ['a', 'b', 'c'],
      [true, false, false],
    ],
    ['no lines', [], [undefined, undefined], [false, false]],
  ])(
    'makes a line for each layer of a history with %s',
    (_, history, by, empty) => {
      const { config } = composeImage({ ...parts, history });
      const lines: { created_by?: string; empty_layer?: boolean }[] =
        JSON.parse(config.bytes.toString()).history;
      expect(lines.map(line => line.created_by)).toEqual(by);
      expect(lines.map(line => line.empty_layer === true)).toEqual(empty);
    },
  );

  it('refuses what has another type than the specification says', () => {
    const config: RuntimeConfig = JSON.parse('{"Env":[1]}');
    const broken = { ...parts, config: { ...parts.config, config } };
    expect(() => composeImage(broken)).toThrow(/config.Env.0/);
  });

  it('refuses a time that is none', () => {
    expect(() => composeImage({ ...parts, created: 'yesterday' })).toThrow(
      /created/,
    );
  });
});

describe('composeBundle', () => {
  it('is one image as it is, unless an index is wanted', () => {
    const image = composeImage(parts);
    expect(composeBundle([image])).toEqual({
      root: image.manifest.descriptor,
      images: [image],
    });
    const { root, index } = composeBundle([image], {
      alwaysIndex: true,
      format: 'docker',
    });
    expect(root.mediaType).toBe(mediaTypes.dockerIndex);
    expect(JSON.parse(`${index?.bytes}`).mediaType).toBe(
      mediaTypes.dockerIndex,
    );
    expect(sha256(index?.bytes ?? '')).toBe(root.digest);
  });

  it('refuses two images of one platform, and none', () => {
    const image = composeImage(parts);
    expect(() => composeBundle([image, image])).toThrow(/same platform/);
    expect(() => composeBundle([])).toThrow(/without an image/);
  });
});
