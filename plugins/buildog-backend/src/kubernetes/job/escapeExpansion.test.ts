import fc from 'fast-check';
import { escapeExpansion } from './escapeExpansion';

/** What the kubelet does with a text, byte by byte as it does. */
function expand(text: string, variables: Record<string, string>): string {
  const input = Buffer.from(text);
  const out: (string | Buffer)[] = [];
  let from = 0;
  for (let at = 0; at < input.length; at++) {
    if (input[at] !== 36 || at + 1 >= input.length) continue;
    out.push(input.subarray(from, at));
    const next = input[at + 1];
    const close = input.indexOf(41, at + 2);
    if (next === 36) {
      out.push('$');
      at += 1;
    } else if (next === 40 && close > 0) {
      const name = input.toString('utf8', at + 2, close);
      out.push(variables[name] ?? `$(${name})`);
      at = close;
    } else {
      // One byte of a longer character becomes a character of its own.
      out.push(`$${String.fromCodePoint(next)}`);
      at += 1;
    }
    from = at + 1;
  }
  out.push(input.subarray(from));
  return Buffer.concat(out.map(part => Buffer.from(part))).toString();
}

describe('escapeExpansion', () => {
  it('is undone by the kubelet, whatever the text', () => {
    const texts = fc.array(
      fc.constantFrom('$', '$$', '(', ')', '$(HOME)', 'é', 'HOME', 'x'),
    );
    fc.assert(
      fc.property(texts, parts => {
        const text = parts.join('');
        expect(expand(escapeExpansion(text), { HOME: '/root' })).toBe(text);
      }),
    );
  });

  it('matters', () => {
    expect(expand('$(HOME)', { HOME: '/root' })).toBe('/root');
    expect(expand('$é', {})).not.toBe('$é');
  });
});
