import fc from 'fast-check';
import { isOciError } from '../errors/OciError';
import { formatReference } from './formatReference';
import { isTag, parseReference, parseRepository } from './parseReference';
import { Reference } from './Reference';

const digest = `sha256:${'a'.repeat(64)}` as const;

describe('parseReference', () => {
  const good: [string, Reference][] = [
    ['alpine', { registry: 'docker.io', path: 'library/alpine' }],
    ['alpine:3', { registry: 'docker.io', path: 'library/alpine', tag: '3' }],
    [
      'localhost:5000',
      { registry: 'docker.io', path: 'library/localhost', tag: '5000' },
    ],
    ['team/app', { registry: 'docker.io', path: 'team/app' }],
    ['docker.io/alpine', { registry: 'docker.io', path: 'library/alpine' }],
    [
      'index.docker.io/alpine',
      { registry: 'docker.io', path: 'library/alpine' },
    ],
    ['localhost/x', { registry: 'localhost', path: 'x' }],
    ['localhost:5000/x', { registry: 'localhost:5000', path: 'x' }],
    ['r.example/a/b/c:v1', { registry: 'r.example', path: 'a/b/c', tag: 'v1' }],
    ['R.Example:5000/a', { registry: 'r.example:5000', path: 'a' }],
    ['[::1]:5000/a:t', { registry: '[::1]:5000', path: 'a', tag: 't' }],
    ['127.0.0.1/a', { registry: '127.0.0.1', path: 'a' }],
    [`r.example/a@${digest}`, { registry: 'r.example', path: 'a', digest }],
    [
      `r.example/a:t@${digest}`,
      { registry: 'r.example', path: 'a', tag: 't', digest },
    ],
    [
      'r.example/a__b/c---d/e.f',
      { registry: 'r.example', path: 'a__b/c---d/e.f' },
    ],
    [
      `a:${'t'.repeat(128)}`,
      { registry: 'docker.io', path: 'library/a', tag: 't'.repeat(128) },
    ],
    [
      `r.example/${'a'.repeat(245)}`,
      { registry: 'r.example', path: 'a'.repeat(245) },
    ],
    ['a:_x', { registry: 'docker.io', path: 'library/a', tag: '_x' }],
  ];
  it.each(good)('reads %s', (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
  });

  // What is refused, where, and a word of the reason.
  const bad: [string, number, string][] = [
    ['', 0, 'empty'],
    ['Alpine', 0, 'lower case'],
    ['r.example/Team/app', 10, 'lower case'],
    ['Team/app', 0, 'lower case'],
    ['r.example//app', 10, 'empty'],
    ['r.example/app/', 14, 'empty'],
    ['/app', 0, 'empty'],
    ['r.example/', 10, 'empty'],
    ['https://r.example/app', 0, 'scheme'],
    [`r.example/${'a'.repeat(246)}`, 255, '255'],
    [`a:${'t'.repeat(129)}`, 2, '128'],
    ['a:.hidden', 2, 'tag'],
    ['a:-flag', 2, 'tag'],
    ['a:', 1, 'tag is empty'],
    ['a:b:c', 2, 'tag'],
    ['a b', 1, 'U+0020'],
    ['a\nb', 1, 'U+000A'],
    ['a\0', 1, 'U+0000'],
    ['аlpine', 0, 'U+0430'],
    ['good.example@evil.example', 13, 'digest'],
    ['good.example@evil.example/app', 13, 'digest'],
    ['user:pw@r.example/app', 8, 'digest'],
    ['r.example/a@sha256:abc', 12, 'digest'],
    [`r.example/a@sha256:${'A'.repeat(64)}`, 12, 'digest'],
    [`r.example/a@${digest}@${digest}`, 12, 'digest'],
    ['r.example:0/a', 10, 'port'],
    ['r.example:65536/a', 10, 'port'],
    ['r.example:/a', 10, 'port'],
    ['r.example:5x/a', 10, 'port'],
    ['-r.example/a', 0, 'host name'],
    ['r..example/a', 0, 'host name'],
    ['r.example-/a', 0, 'host name'],
    ['[::g]/a', 0, 'host name'],
    ['[fe80::1%eth0]/a', 8, 'U+0025'],
    ['r.example/.a', 10, 'each part'],
    ['r.example/a..b', 10, 'each part'],
    ['r.example/../a', 10, 'each part'],
    ['r.example/a___b', 10, 'each part'],
    ['r.example/-a', 10, 'each part'],
    ['--flag', 0, 'each part'],
    ['a'.repeat(64), 0, 'image id'],
    ['$(VAR)/a', 0, 'U+0024'],
  ];
  it.each(bad)('refuses %j at %i: %s', (text, position, reason) => {
    let error: unknown;
    try {
      parseReference(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'invalidReference',
      position,
      message: expect.stringContaining(reason),
      retryable: false,
    });
  });

  it('never quotes what may be a password', () => {
    const text = 'https://user:hunter2@r.example/app';
    for (const each of [text, text.slice(8)]) {
      expect(() => parseReference(each)).toThrow(
        expect.objectContaining({
          message: expect.not.stringContaining('hunter2'),
        }),
      );
    }
  });

  it('can want a registry', () => {
    const options = { requireRegistry: true };
    expect(() => parseReference('team/app', options)).toThrow(
      'must start with a registry host',
    );
    expect(parseReference('r.example/app', options).path).toBe('app');
  });

  it('reads its own print', () => {
    const component = fc.stringMatching(
      /^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/,
    );
    const reference = fc.record(
      {
        registry: fc.constantFrom(
          'r.example',
          'r.example:5000',
          '[::1]:80',
          'localhost',
          'docker.io',
        ),
        path: fc
          .array(component, { minLength: 2, maxLength: 4 })
          .map(parts => parts.join('/')),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
        digest: fc
          .stringMatching(/^[a-f0-9]{64}$/)
          .map(hex => `sha256:${hex}` as const),
      },
      { requiredKeys: ['registry', 'path'] },
    );
    fc.assert(
      fc.property(reference, each => {
        expect(parseReference(formatReference(each))).toEqual(each);
      }),
    );
  });

  it('either throws its own error or gives what prints and parses alike', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[a-z0-9.:/@_\-[\]]{0,40}$/),
    );
    const isAsPromised = (each: string) => {
      try {
        const reference = parseReference(each);
        const printed = formatReference(reference);
        expect(parseReference(printed)).toEqual(reference);
        return /^[a-zA-Z0-9._\-/:@[\]]+$/.test(printed);
      } catch (error) {
        if (!isOciError(error, 'invalidReference')) throw error;
        const { position = -1 } = error;
        return position >= 0 && position <= each.length;
      }
    };
    fc.assert(fc.property(text, isAsPromised), { numRuns: 2000 });
  });

  it('is linear: a hostile megabyte is refused at once', () => {
    const hostile = `${'a-'.repeat(500_000)}!`;
    const started = performance.now();
    expect(() => parseReference(hostile)).toThrow();
    expect(() => parseReference('a_'.repeat(500_000))).toThrow();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('parseRepository', () => {
  it('refuses a tag or digest', () => {
    expect(parseRepository('r.example:5000/a')).toEqual({
      registry: 'r.example:5000',
      path: 'a',
    });
    for (const text of ['r.example:5000/a:t', `r.example:5000/a@${digest}`]) {
      expect(() => parseRepository(text)).toThrow(
        expect.objectContaining({ code: 'invalidReference', position: 16 }),
      );
    }
  });
});

describe('isTag', () => {
  it.each(['latest', 'V1.2-x_y', '_', '0'])('takes %s', tag => {
    expect(isTag(tag)).toBe(true);
  });
  it.each(['', '.a', '-a', 'a\n', 'a/b', 'a:b', 'ä', undefined, 1])(
    'refuses %p',
    tag => {
      expect(isTag(tag)).toBe(false);
    },
  );
});
