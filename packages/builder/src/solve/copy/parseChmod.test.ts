import { parseChmod } from './parseChmod';

describe('parseChmod', () => {
  it.each<[string, number, boolean, number]>([
    ['755', 0o600, false, 0o755],
    ['4711', 0o600, false, 0o4711],
    ['u=rwX,go=rX', 0o600, false, 0o644],
    ['u=rwX,go=rX', 0o700, false, 0o755],
    ['u=rwX,go=rX', 0o600, true, 0o755],
    ['+x', 0o640, false, 0o751],
    ['a-w', 0o666, false, 0o444],
    ['go=', 0o777, false, 0o700],
    ['u+s,g-r', 0o755, false, 0o4715],
    ['o=u', 0o640, false, 0o646],
    ['+t', 0o755, true, 0o1755],
    ['ug+rw,o-rwx', 0o111, false, 0o770],
  ])('%s of %o (directory: %p) is %o', (spec, before, isDirectory, after) => {
    expect(parseChmod(spec)(before, isDirectory).toString(8)).toBe(
      after.toString(8),
    );
  });

  it.each(['', '888', '12345', 'x', 'u', 'u=q', 'u=rw,,g=r', '0o755'])(
    'refuses %p',
    spec => {
      expect(() => parseChmod(spec)).toThrow(/chmod/);
    },
  );
});
