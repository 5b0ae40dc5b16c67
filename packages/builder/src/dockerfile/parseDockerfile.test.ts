import { parseDockerfile } from './parseDockerfile';

const parse = (text: string) => parseDockerfile(text, { file: 'Dockerfile' });
/** The instructions below one FROM. */
const stage = (text: string) =>
  parse(`FROM scratch\n${text}`).stages[0].instructions;
const one = (text: string) => stage(text)[0];
const shell = (command: string) => ({ form: 'shell', command, heredocs: [] });
const exec = (...args: string[]) => ({ form: 'exec', args });

describe('parseDockerfile', () => {
  it('reads stages, global arguments and positions', () => {
    const dockerfile = parse(
      [
        '# syntax=docker/dockerfile:1',
        '# escape=\\',
        '',
        'ARG V=3 W',
        '# about the stage',
        'FROM --platform=$BUILDPLATFORM alpine:$V AS Base',
        'RUN a \\',
        '  # comment within',
        '  && b',
        'from base',
        'copy --from=base /a /b',
      ].join('\n'),
    );
    expect(dockerfile).toMatchObject({
      file: 'Dockerfile',
      directives: { syntax: 'docker/dockerfile:1', escape: '\\' },
      globalArguments: [
        { arguments: [{ name: 'V', value: '3' }, { name: 'W' }] },
      ],
      stages: [
        {
          index: 0,
          from: {
            base: 'alpine:$V',
            stage: 'base',
            platform: '$BUILDPLATFORM',
            position: { file: 'Dockerfile', line: 6, endLine: 6 },
          },
          instructions: [
            {
              kind: 'run',
              name: 'RUN',
              source: 'RUN a   && b',
              position: { line: 7, endLine: 9 },
            },
          ],
        },
        {
          index: 1,
          from: { base: 'base', name: 'from' },
          instructions: [{ kind: 'copy', from: 'base', name: 'copy' }],
        },
      ],
      warnings: [],
    });
    expect(dockerfile.stages[1].from.stage).toBeUndefined();
  });

  it.each([
    [
      'ENV a=1 b="x y" c=\\ d',
      {
        kind: 'env',
        legacy: false,
        pairs: [
          { name: 'a', value: '1' },
          { name: 'b', value: '"x y"' },
          { name: 'c', value: '\\ d' },
        ],
      },
    ],
    [
      'ENV a b  c',
      { kind: 'env', legacy: true, pairs: [{ name: 'a', value: 'b  c' }] },
    ],
    [
      'LABEL "a.b"="c=d"',
      { kind: 'label', pairs: [{ name: '"a.b"', value: '"c=d"' }] },
    ],
    [
      'ARG a b= c="d e"',
      {
        kind: 'arg',
        arguments: [
          { name: 'a' },
          { name: 'b', value: '' },
          { name: 'c', value: '"d e"' },
        ],
      },
    ],
    [
      'MAINTAINER Jo <jo@x.example>',
      { kind: 'maintainer', text: 'Jo <jo@x.example>' },
    ],
    [
      'COPY a b /c/',
      {
        kind: 'copy',
        sources: ['a', 'b'],
        destination: '/c/',
        link: false,
        parents: false,
        exclude: [],
        heredocs: [],
      },
    ],
    ['COPY ["a b", "/c d/"]', { sources: ['a b'], destination: '/c d/' }],
    [
      'COPY --from=x --chown=1:2 --chmod=755 --link --parents --exclude=*.md --exclude=a a b',
      {
        from: 'x',
        chown: '1:2',
        chmod: '755',
        link: true,
        parents: true,
        exclude: ['*.md', 'a'],
      },
    ],
    ['COPY --link=false --chown="a b" x y', { link: false, chown: 'a b' }],
    [
      'ADD --checksum=sha256:a --keep-git-dir --unpack=false https://x/y /z',
      {
        kind: 'add',
        checksum: 'sha256:a',
        keepGitDirectory: true,
        unpack: false,
      },
    ],
    ['ADD a b', { keepGitDirectory: undefined, unpack: undefined }],
    ['COPY -- --a /b', { sources: ['--a'], destination: '/b' }],
    [
      'RUN echo "a" && b',
      {
        kind: 'run',
        command: shell('echo "a" && b'),
        mounts: [],
        network: 'default',
        security: 'sandbox',
      },
    ],
    ['RUN ["a", "b c"]', { command: exec('a', 'b c') }],
    ["RUN ['a']", { command: shell("['a']") }],
    [
      'RUN --mount=type=cache,target=/c --mount=target=/d --network=none --security=insecure x',
      {
        mounts: ['type=cache,target=/c', 'target=/d'],
        network: 'none',
        security: 'insecure',
      },
    ],
    ['RUN', { command: { form: 'shell', heredocs: [] } }],
    ['CMD ["a"]', { kind: 'cmd', command: exec('a') }],
    ['CMD a', { kind: 'cmd', command: shell('a') }],
    ['ENTRYPOINT []', { kind: 'entrypoint', command: exec() }],
    [
      'HEALTHCHECK NONE',
      { kind: 'healthcheck', healthcheck: { Test: ['NONE'] } },
    ],
    [
      'HEALTHCHECK --interval=5m --timeout=3s --start-period=1s --start-interval=2s --retries=4 CMD curl -f x',
      {
        healthcheck: {
          Test: ['CMD-SHELL', 'curl -f x'],
          Interval: 300e9,
          Timeout: 3e9,
          StartPeriod: 1e9,
          StartInterval: 2e9,
          Retries: 4,
        },
      },
    ],
    [
      'HEALTHCHECK --interval=0 cmd ["a", "b"]',
      { healthcheck: { Test: ['CMD', 'a', 'b'] } },
    ],
    [
      'EXPOSE 80 443/udp 3000-3010',
      { kind: 'expose', values: ['3000-3010', '443/udp', '80'] },
    ],
    ['VOLUME /a /b', { kind: 'volume', values: ['/a', '/b'] }],
    ['VOLUME ["/a b"]', { kind: 'volume', values: ['/a b'] }],
    ['USER a:b', { kind: 'user', text: 'a:b' }],
    ['WORKDIR /a b', { kind: 'workdir', text: '/a b' }],
    ['STOPSIGNAL SIGTERM', { kind: 'stopsignal', text: 'SIGTERM' }],
    [
      'SHELL ["/bin/bash", "-c"]',
      { kind: 'shell', shell: ['/bin/bash', '-c'] },
    ],
    [
      'ONBUILD run  x y',
      {
        kind: 'onbuild',
        trigger: 'run  x y',
        instruction: { kind: 'run', name: 'run', command: shell('x y') },
      },
    ],
    ['run\tx', { kind: 'run', name: 'run', command: shell('x') }],
  ])('%s', (text, expected) => {
    expect(one(text)).toMatchObject(expected);
  });

  describe('lines', () => {
    it.each([
      ['RUN a\\\nb', 'a' + 'b'],
      ['RUN a \\  \n  b', 'a   b'],
      ['RUN a \\\n# c\n\t# d\n b', 'a  b'],
      ['RUN a\\\\\nUSER x', 'a\\\\'],
      ['RUN a \\\r\n  b\r\n', 'a   b'],
      ['RUN a \\', 'a'],
      ['RUN echo # no comment', 'echo # no comment'],
    ])('%j', (text, command) => {
      expect(one(text)).toMatchObject({ command: shell(command) });
    });

    it('takes the escape character from its directive', () => {
      const [instruction] = parse('# escape=`\nFROM x\nRUN a `\n b\\').stages[0]
        .instructions;
      expect(instruction).toMatchObject({ command: shell('a  b\\') });
    });

    it('warns of empty lines in an instruction', () => {
      const { warnings, stages } = parse('FROM x\nRUN a \\\n\n  b\nRUN c');
      expect(warnings).toMatchObject([
        { code: 'NoEmptyContinuation', position: { line: 2, endLine: 4 } },
      ]);
      expect(stages[0].instructions).toHaveLength(2);
    });

    it('reads bytes and drops a byte order mark', () => {
      const bytes = new TextEncoder().encode('\ufeffFROM x');
      expect(parseDockerfile(bytes, { file: 'D' }).stages).toHaveLength(1);
    });
  });

  describe('directives', () => {
    it.each([
      ['#check=skip=all\nFROM x', { check: 'skip=all', escape: '\\' }],
      ['# Escape = `\nFROM x', { escape: '`' }],
      ['# a comment\n# escape=`\nFROM x', { escape: '\\' }],
      ['\n# escape=`\nFROM x', { escape: '\\' }],
      ['# unknown=1\n# escape=`\nFROM x', { escape: '\\' }],
      ['# syntax=\nFROM x', { escape: '\\' }],
    ])('%j', (text, directives) => {
      expect(parse(text).directives).toEqual(directives);
    });

    it.each([
      ['# escape=a\nFROM x', 'Dockerfile:1: the escape character "a"'],
      [
        '# escape=`\n# escape=`\nFROM x',
        'Dockerfile:2: the directive "escape"',
      ],
    ])('refuses %j', (text, message) => {
      expect(() => parse(text)).toThrow(message);
    });
  });

  describe('heredocs', () => {
    it('belong to RUN, COPY and ADD', () => {
      const instructions = stage(
        [
          'RUN <<EOF',
          'a $b',
          '# no comment',
          'EOF',
          'COPY <<-"one" x <<two /d/',
          '\tline',
          '\tone',
          'second',
          'two',
          'ONBUILD RUN <<X cat',
          'deep',
          'X',
          'CMD <<EOF',
        ].join('\n'),
      );
      const [run, copy, onbuild, cmd] = instructions;
      expect(run).toMatchObject({
        position: { line: 2, endLine: 5 },
        command: {
          command: '<<EOF',
          heredocs: [
            {
              name: 'EOF',
              content: 'a $b\n# no comment\n',
              expand: true,
              stripTabs: false,
            },
          ],
        },
      });
      expect(copy).toMatchObject({
        sources: ['x'],
        destination: '/d/',
        heredocs: [
          { name: 'one', content: '\tline\n', expand: false, stripTabs: true },
          { name: 'two', content: 'second\n', expand: true },
        ],
      });
      expect(onbuild).toMatchObject({
        trigger: 'RUN <<X cat\ndeep\nX',
        instruction: {
          command: { heredocs: [{ name: 'X', content: 'deep\n' }] },
        },
      });
      expect(cmd).toMatchObject({ command: shell('<<EOF') });
    });

    it.each([
      ['RUN cat <<A <<"B"\n1\nA\n2\nB', ['A', 'B']],
      ['RUN 3<<A\n1\nA', ['A']],
      ['RUN <<  A\n1\nA', ['A']],
      ["RUN <<'A B'\n1\nA B", ['A B']],
      ['RUN echo "<<A"', []],
      ['RUN a <<<b', []],
      ['RUN $((1<<2))', []],
      ['RUN ["sh", "-c", "cat <<A"]', []],
      ["RUN echo 'unclosed <<A", []],
    ])('%j', (text, names) => {
      const instruction = one(text);
      const heredocs =
        instruction.kind === 'run' && instruction.command.form === 'shell'
          ? instruction.command.heredocs
          : [];
      expect(heredocs.map(({ name }) => name)).toEqual(names);
    });
  });
});
