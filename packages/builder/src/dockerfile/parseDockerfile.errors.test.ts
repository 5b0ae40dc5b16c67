import fc from 'fast-check';
import { isBuilderError } from '../errors/BuilderError';
import { parseDockerfile, parseTrigger } from './parseDockerfile';

const parse = (text: string | Uint8Array) =>
  parseDockerfile(text, { file: 'sub/Dockerfile' });

function errorOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    if (isBuilderError(error)) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('parseDockerfile refuses', () => {
  it.each([
    ['', 'no FROM instruction'],
    ['# only a comment', 'no FROM instruction'],
    ['ARG x', 'no FROM instruction'],
    ['RUN x\nFROM y', '1: RUN stands before the first FROM'],
    ['FORM alpine', '1: unknown instruction "FORM"; did you mean FROM?'],
    ['FROM x\nCPOY a b', '2: unknown instruction "CPOY"; did you mean COPY?'],
    ['FROM x\n<html>', '2: unknown instruction "<html>"'],
    ['FROM x\nconstructor a', '2: unknown instruction'],
    ['FROM x\n\\', '2: an instruction is missing'],
    ['FROM', '1: FROM needs an image'],
    ['FROM a b', '1: FROM takes one image'],
    ['FROM a IN b', '1: FROM takes one image'],
    ['FROM a AS 1b', '"1b" is no name for a stage'],
    ['FROM a AS b$c', '"b$c" is no name for a stage'],
    [
      'FROM --plattform=x a',
      'unknown flag --plattform; did you mean --platform?',
    ],
    ['FROM --platform a', 'the flag --platform needs a value'],
    ['FROM x\nENV', 'ENV needs at least one name=value'],
    ['FROM x\nENV a', 'ENV a has no value'],
    ['FROM x\nENV a=b c', '"c" has no ='],
    ['FROM x\nENV =b', 'ENV has a value without a name'],
    ['FROM x\nLABEL --x a=b', 'unknown flag --x'],
    ['FROM x\nARG', 'ARG needs at least one name'],
    ['FROM x\nARG =b', 'ARG has a value without a name'],
    ['FROM x\nCOPY', 'COPY needs a source and a destination'],
    ['FROM x\nCOPY a', 'COPY has a source, but no destination'],
    ['FROM x\nCOPY [1, "a"]', 'strings only'],
    [
      'FROM x\nCOPY --chmood=1 a b',
      'unknown flag --chmood; did you mean --chmod?',
    ],
    ['FROM x\nCOPY --link=yes a b', 'takes true or false'],
    ['FROM x\nCOPY --link= a b', 'takes true or false'],
    ['FROM x\nCOPY --link --link a b', 'the flag --link is given twice'],
    ['FROM x\nCOPY --checksum=x a b', 'unknown flag --checksum'],
    ['FROM x\nADD --from=x a b', 'unknown flag --from'],
    [
      'FROM x\nCOPY a <<EOF\nx\nEOF',
      'a heredoc where its destination should be',
    ],
    [
      'FROM x\nCOPY <<EOF /a\nx',
      'the heredoc is not terminated: no line is "EOF"',
    ],
    ['FROM x\nRUN <<"EOF\nx', '3: unknown instruction "x"'],
    [
      'FROM x\nRUN --mount=from=$x,target=/y z',
      'from in --mount takes no variables',
    ],
    ['FROM x\nRUN --network=no z', '--network=no is not possible'],
    ['FROM x\nRUN --security=hots z', '--security=hots is not possible'],
    ['FROM x\nRUN [1]', 'strings only'],
    ['FROM x\nSHELL /bin/bash', 'SHELL takes the JSON form only'],
    ['FROM x\nSHELL []', 'SHELL needs a program'],
    ['FROM x\nHEALTHCHECK', 'HEALTHCHECK needs CMD'],
    ['FROM x\nHEALTHCHECK NONE x', 'HEALTHCHECK NONE takes nothing else'],
    ['FROM x\nHEALTHCHECK CDM x', 'did you mean CMD?'],
    ['FROM x\nHEALTHCHECK CMD', 'HEALTHCHECK CMD needs a command'],
    ['FROM x\nHEALTHCHECK CMD []', 'HEALTHCHECK CMD needs a command'],
    ['FROM x\nHEALTHCHECK --interval=5 CMD x', 'the duration "5" is not valid'],
    ['FROM x\nHEALTHCHECK --timeout=1us CMD x', 'the shortest is 1ms'],
    ['FROM x\nHEALTHCHECK --timeout=-1s CMD x', 'the shortest is 1ms'],
    ['FROM x\nHEALTHCHECK --retries=-1 CMD x', '--retries=-1 is no count'],
    ['FROM x\nHEALTHCHECK --retries=a CMD x', '--retries=a is no count'],
    ['FROM x\nEXPOSE', 'EXPOSE needs at least one port'],
    ['FROM x\nVOLUME', 'VOLUME needs at least one path'],
    ['FROM x\nVOLUME [" "]', 'VOLUME has an empty path'],
    ['FROM x\nUSER', 'USER needs an argument'],
    ['FROM x\nWORKDIR', 'WORKDIR needs an argument'],
    ['FROM x\nSTOPSIGNAL', 'STOPSIGNAL needs an argument'],
    ['FROM x\nMAINTAINER', 'MAINTAINER needs an argument'],
    ['FROM x\nONBUILD', 'ONBUILD needs an instruction'],
    ['FROM x\nONBUILD ONBUILD RUN x', 'ONBUILD ONBUILD is not possible'],
    ['FROM x\nONBUILD from y', 'ONBUILD FROM is not possible'],
    ['FROM x\nONBUILD MAINTAINER y', 'ONBUILD MAINTAINER is not possible'],
    ['FROM x\nONBUILD RNU y', 'unknown instruction "RNU"; did you mean RUN?'],
    ['FROM x\nONBUILD --a RUN y', 'unknown flag --a'],
    [`FROM x\nRUN ${'a'.repeat(65_536)}`, 'longer than 65535 bytes'],
    [`FROM x\n${'RUN x\n'.repeat(10_000)}`, '10000 instructions at most'],
    ['#'.repeat(4 * 1024 * 1024 + 1), '4194304 bytes at most'],
  ])('%#: %.60j', (text, message) => {
    const error = errorOf(() => parse(text));
    expect(error.kind).toBe('validation');
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^sub\/Dockerfile/);
    expect(error.details.position).toMatchObject({ file: 'sub/Dockerfile' });
  });

  it('and says which instruction it was, without passwords', () => {
    const error = errorOf(() =>
      parse('FROM x\n\nADD --nope https://me:secret@host/a \\\n  /b\n'),
    );
    expect(error.details).toMatchObject({
      instruction: 'ADD --nope https://***@host/a /b',
      position: { line: 3, endLine: 4 },
    });
  });
});

describe('parseTrigger', () => {
  const [{ from }] = parseDockerfile('FROM x', { file: 'D' }).stages;

  it('reads what an image carries', () => {
    expect(parseTrigger('COPY <<A /a\nx\nA', from)).toMatchObject({
      kind: 'copy',
      position: from.position,
      heredocs: [{ content: 'x\n' }],
    });
  });

  it.each(['', 'RUN a\nRUN b', 'FROM x', 'ONBUILD RUN x'])(
    'refuses %j',
    text => {
      expect(errorOf(() => parseTrigger(text, from)).message).toMatch(
        /^D:1: .*(trigger|ONBUILD)/,
      );
    },
  );
});

describe('any input', () => {
  const word = fc.constantFrom(
    ...['FROM', 'RUN', 'COPY', 'ADD', 'ENV', 'ARG', 'LABEL', 'HEALTHCHECK'],
    ...['ONBUILD', 'SHELL', 'CMD', 'EXPOSE', 'VOLUME', 'USER', 'scratch', 'AS'],
    ...[
      ' ',
      ' ',
      ' ',
      '\n',
      '\n',
      '\\\n',
      '\r\n',
      '\t',
      '#',
      '# escape=`\n',
      '`',
    ],
    ...[
      '<<',
      '<<-',
      'EOF',
      '"',
      "'",
      '[',
      ']',
      '["a"]',
      ',',
      '=',
      '--',
      '--mount=',
    ],
    ...[
      '--from=',
      '--link',
      '$x',
      '${',
      '}',
      '\\',
      'é',
      '\0',
      'type=cache',
      '/',
    ],
  );
  const readable = fc
    .array(word, { maxLength: 60 })
    .map(words => words.join(''));

  /** How reading ends; other errors are thrown. */
  function outcome(text: string | Uint8Array): string {
    try {
      return parse(text).stages.length > 0 ? 'read' : 'nothing';
    } catch (error) {
      if (isBuilderError(error)) return error.kind;
      throw error;
    }
  }
  const fine = ['read', 'validation'];

  it('of bytes ends in a Dockerfile or a validation error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), bytes => {
        expect(fine).toContain(outcome(bytes));
      }),
      {
        numRuns: 1000,
      },
    );
  });

  it('that looks like a Dockerfile does, too', () => {
    fc.assert(
      fc.property(readable, text => {
        expect(fine).toContain(outcome(`FROM x\n${text}`));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['continued lines', `FROM x\nRUN ${'a\\\n'.repeat(100_000)}`],
    [
      'carriage returns',
      `FROM x\nRUN ${`${'\r'.repeat(50_000)}x\\\n`.repeat(20)}`,
    ],
    [
      'heredoc marks',
      `FROM x\nRUN ${`<<${' '.repeat(50_000)}\\\n`.repeat(20)}<`,
    ],
    ['quotes', `FROM x\nENV a=${`"${' '.repeat(50_000)}\\\n`.repeat(20)}`],
    ['brackets', `FROM x\nRUN ${'[\\\n'.repeat(100_000)}`],
    ['flags', `FROM x\nRUN ${'--mount=target=/a \\\n'.repeat(20_000)}`],
    ['comments', `${'#\n'.repeat(200_000)}FROM x`],
    ['blanks', `FROM ${' \\\n'.repeat(200_000)}x`],
  ])('with many %s is read quickly', (_, text) => {
    expect(fine).toContain(outcome(text));
  });
});
