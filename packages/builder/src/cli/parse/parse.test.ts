import { parseCompression } from './parseCompression';
import { parseOutput } from './parseOutput';
import { parseFields, parsePairs } from './parsePair';
import { parseSecret, parseSsh } from './parseSecret';
import { parseCount, parseCpu, parseDuration, parseSize } from './parseSize';

describe('flags', () => {
  it.each<[string, number]>([
    ['512', 512],
    ['1k', 1024],
    ['1.5GB', 1.5 * 1024 ** 3],
    ['2Gi', 2 * 1024 ** 3],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize('--x', text)).toBe(bytes);
  });

  it.each<[string, number]>([
    ['2', 2000],
    ['0.5', 500],
    ['250m', 250],
  ])('%s is %d thousandths of a CPU', (text, cpu) => {
    expect(parseCpu('--x', text)).toBe(cpu);
  });

  it.each<[string, number]>([
    ['90', 90],
    ['1h30m', 5400],
    ['7d', 604_800],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration('--x', text)).toBe(seconds);
  });

  it.each(['', '-1', '0', 'much', '1e9x', '1 2', '99999999999999999999'])(
    '%p is nothing of these',
    text => {
      for (const parse of [parseSize, parseCpu, parseDuration, parseCount]) {
        expect(() => parse('--flag', text)).toThrow(/--flag/);
      }
    },
  );

  it('reads pairs, with the environment where it may', () => {
    expect(parsePairs('--x', ['A=1', 'B=a=b', 'A=2'])).toEqual({
      A: '2',
      B: 'a=b',
    });
    expect(
      parsePairs('--x', ['A', 'N'], name => (name === 'A' ? 'env' : undefined)),
    ).toEqual({ A: 'env' });
    expect(() => parsePairs('--x', ['A'])).toThrow(/NAME=value/);
    expect(() => parsePairs('--x', ['=v'])).toThrow(/NAME=value/);
  });

  it('reads fields', () => {
    expect([...parseFields('--x', 'a=1,"b=2,3",c', ['a', 'b', 'c'])]).toEqual([
      ['a', '1'],
      ['b', '2,3'],
      ['c', ''],
    ]);
    expect(() => parseFields('--x', 'z=1', ['a'])).toThrow(/"z" is none of a/);
  });

  it.each<[string, object]>([
    ['image', { type: 'oci', destination: 'app.oci', tar: false }],
    ['multiarch', { type: 'oci', destination: 'app.oci', tar: false }],
    ['tar', { type: 'docker', destination: 'app.tar' }],
    ['local', { type: 'local', destination: 'app.files' }],
    ['-', { type: 'tar', destination: '-' }],
    ['some/folder', { type: 'local', destination: 'some/folder' }],
    ['type=oci,dest=x.tar', { type: 'oci', destination: 'x.tar', tar: true }],
    ['type=docker,dest=d', { type: 'docker', destination: 'd' }],
    ['type=registry', { type: 'registry' }],
    ['type=image,push=true', { type: 'registry' }],
  ])('-o %s', (text, output) => {
    expect(parseOutput(text, { name: 'app' })).toEqual(output);
  });

  it.each(['type=oci', 'type=image', 'type=bogus,dest=x', 'what=x'])(
    'refuses -o %s',
    text => {
      expect(() => parseOutput(text, { name: 'app' })).toThrow(/--output/);
    },
  );

  it('reads secrets and agents', () => {
    const env = { TOKEN: 't', SSH_AUTH_SOCK: '/s' };
    expect(parseSecret('id=a,src=f', env)).toEqual({
      id: 'a',
      source: { file: 'f' },
    });
    expect(parseSecret('id=a,env=TOKEN', env)).toEqual({
      id: 'a',
      source: { env: 'TOKEN' },
    });
    expect(parseSecret('id=TOKEN', env)).toEqual({
      id: 'TOKEN',
      source: { env: 'TOKEN' },
    });
    expect(parseSsh('default', env)).toEqual({ id: 'default', socket: '/s' });
    expect(parseSsh('k=/other', {})).toEqual({ id: 'k', socket: '/other' });
    expect(() => parseSsh('default', {})).toThrow(/no agent runs/);
    expect(() => parseSecret('id=../x,src=f', env)).toThrow(/--secret/);
    expect(() => parseSecret('id=a,src=f,env=E', env)).toThrow(/either/);
  });

  it('reads compressions', () => {
    expect(parseCompression('zstd:19')).toEqual({
      algorithm: 'zstd',
      level: 19,
    });
    expect(parseCompression('gzip')).toEqual({ algorithm: 'gzip' });
    for (const bad of ['gzip:10', 'zstd:0', 'lz4', 'gzip:']) {
      expect(() => parseCompression(bad)).toThrow(/--compression/);
    }
  });
});
