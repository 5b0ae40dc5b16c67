import { parseRefs } from './parseRefs';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);

describe('parseRefs', () => {
  it('reads the default branch, branches and peeled tags', () => {
    const { head, refs } = parseRefs(
      [
        'ref: refs/heads/trunk\tHEAD',
        `${a}\tHEAD`,
        `${a}\trefs/heads/trunk`,
        `${a}\trefs/tags/v1`,
        `${b}\trefs/tags/v1^{}`,
        '',
      ].join('\n'),
    );
    expect(head).toBe('refs/heads/trunk');
    expect(Object.fromEntries(refs)).toEqual({
      HEAD: a,
      'refs/heads/trunk': a,
      'refs/tags/v1': b,
    });
  });

  it('passes over what it does not know', () => {
    expect(parseRefs('warning: hello\nzzz\trefs/heads/x\n').refs.size).toBe(0);
  });
});
