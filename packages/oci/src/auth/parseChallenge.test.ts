import fc from 'fast-check';
import { parseChallenges } from './parseChallenge';

describe('parseChallenges', () => {
  it.each([
    [
      'Bearer realm="https://auth.example/token",service="r.example",scope="repository:a:pull,push"',
      [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://auth.example/token',
            service: 'r.example',
            scope: 'repository:a:pull,push',
          },
        },
      ],
    ],
    ['Basic realm="x"', [{ scheme: 'basic', parameters: { realm: 'x' } }]],
    ['BASIC', [{ scheme: 'basic', parameters: {} }]],
    [
      'Basic realm="a, b", Bearer realm = bare , x="q\\"uote"',
      [
        { scheme: 'basic', parameters: { realm: 'a, b' } },
        { scheme: 'bearer', parameters: { realm: 'bare', x: 'q"uote' } },
      ],
    ],
    ['', []],
    ['"""', []],
    [
      'Bearer realm="unterminated',
      [
        { scheme: 'bearer', parameters: {} },
        { scheme: 'realm', parameters: {} },
      ],
    ],
  ])('%s', (header, expected) => {
    expect(parseChallenges([header])).toEqual(expected);
  });

  it('never throws, never runs long, and knows no prototype', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), header => {
        parseChallenges([header]);
      }),
    );
    const [challenge] = parseChallenges(['Bearer __proto__="x",a=b']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(challenge.parameters.a).toBe('b');
    const started = performance.now();
    parseChallenges([`Bearer ${'a="\\'.repeat(100_000)}`]);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
