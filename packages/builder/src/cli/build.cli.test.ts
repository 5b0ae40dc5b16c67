import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readLayout } from '@buildog/oci';
import { base, describeCli } from '../testing/CliFixture';

describeCli('ossb build', fixture => {
  const layout = (name: string) => `type=oci,dest=${fixture.path(name)}`;

  it('builds an image, and finds it in the cache the second time', async () => {
    const context = fixture.context('first', {
      Dockerfile: `${base}
RUN --network=none echo hello > /hello && echo "said $(cat /hello)"
WORKDIR /w
COPY a.txt .
CMD ["cat", "/hello"]
`,
      'a.txt': 'a',
    });
    const first = await fixture.run(['build', context, '-o', layout('one')]);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toContain('said hello');
    const { roots } = await readLayout(fixture.path('one'));
    expect(first.stdout).toBe(`${roots[0].digest}\n`);
    const again = await fixture.run(['build', context, '-o', layout('two')]);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).not.toContain('said hello');
    expect(again.stderr).not.toContain('DONE');
    writeFileSync(`${context}/a.txt`, 'changed');
    const changed = await fixture.run(['build', context]);
    expect(changed.stdout).not.toBe(first.stdout);
    expect(changed.stderr.match(/DONE/g)).toHaveLength(1);
  });

  it('gives every output for several platforms, one of which no program runs for', async () => {
    const context = fixture.context('outputs', {
      Dockerfile: `FROM scratch AS files
COPY busybox /bin/busybox
FROM scratch
ARG TARGETARCH
COPY --from=files /bin/busybox /bb
COPY <<EOT /arch
$TARGETARCH
EOT
`,
    });
    const files = fixture.path('files');
    const meta = fixture.path('meta.json');
    const { code, stdout } = await fixture.run([
      'build',
      ...[context, '--platform', 'linux/amd64,linux/s390x'],
      ...['-o', layout('several'), '-o', `type=local,dest=${files}`],
      ...['--metadata-file', meta, '--source-date-epoch', '1000000000'],
    ]);
    expect(code).toBe(0);
    expect(readFileSync(`${files}/linux_s390x/arch`, 'utf8')).toBe('s390x\n');
    expect(readFileSync(`${files}/linux_amd64/arch`, 'utf8')).toBe('amd64\n');
    const { images, digest } = JSON.parse(readFileSync(meta, 'utf8'));
    expect(images).toHaveLength(2);
    expect(stdout).toBe(`${digest}\n`);
    const { roots } = await readLayout(fixture.path('several'));
    expect(roots.map(root => root.digest)).toEqual([digest]);
  });

  it('gives the same digest in another folder at another time', async () => {
    const files = {
      Dockerfile: `${base}\nWORKDIR /x/y\nRUN echo out > out\nCOPY d d\n`,
      'd/e/f': 'f',
    };
    const digests = new Set<string>();
    for (const name of ['here', 'there']) {
      const context = fixture.context(name, files);
      const { stdout, stderr, code } = await fixture.run(
        ['build', context, '--source-date-epoch', '1700000000'],
        { cache: `cache-${name}` },
      );
      expect([code, code === 0 || stderr]).toEqual([0, true]);
      digests.add(stdout);
    }
    expect(digests.size).toBe(1);
  });

  it('shows a secret to its step and to nobody else', async () => {
    writeFileSync(fixture.path('token'), 'very-secret');
    const context = fixture.context('secret', {
      Dockerfile: `${base}
RUN --mount=type=secret,id=t,required=true cp /run/secrets/t /tmp-copy && wc -c < /tmp-copy && rm /tmp-copy
RUN ls /run/secrets /proc/self/environ; true
`,
    });
    const { code, stderr } = await fixture.run([
      'build',
      ...[context, '--secret', `id=t,src=${fixture.path('token')}`],
      ...['-o', layout('secret')],
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/ 11\n/);
    expect(stderr).not.toContain('very-secret');
    const missing = await fixture.run(['build', context, '--no-cache']);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--secret id=t'),
    });
  });

  it.each<[string, string, string[], number, RegExp]>([
    [
      'a word that is no instruction',
      'FROM scratch\nCOPPY a b',
      [],
      2,
      /Dockerfile:2[\s\S]*> 2 \| COPPY a b[\s\S]*COPY/,
    ],
    [
      'a file that is not there',
      'FROM scratch\nCOPY bussybox /',
      [],
      2,
      /did you mean busybox/,
    ],
    [
      'a file that is ignored',
      'FROM scratch\nCOPY hidden.txt /',
      [],
      2,
      /\.dockerignore excludes it/,
    ],
    [
      'a step that fails',
      `${base}\nRUN exit 7`,
      [],
      3,
      /execution error[\s\S]*7/,
    ],
    [
      'a registry that is not there',
      'FROM 127.0.0.1:1/x',
      [],
      6,
      /127\.0\.0\.1:1/,
    ],
    [
      'a target that is not there',
      'FROM scratch AS a',
      ['--target', 'b'],
      2,
      /"?b"?/,
    ],
    ['a flag that is none', 'FROM scratch', ['--bogus'], 2, /bogus/],
    [
      'a size that is none',
      'FROM scratch',
      ['--memory', 'much'],
      2,
      /--memory/,
    ],
    [
      'a host network nobody allowed',
      `${base}\nRUN --network=host true`,
      [],
      2,
      /network\.host/,
    ],
  ])(
    'ends with its own code for %s',
    async (name, Dockerfile, flags, code, text) => {
      const context = fixture.context(`error-${name.replace(/ /g, '-')}`, {
        Dockerfile,
        'hidden.txt': '',
        '.dockerignore': 'hidden.*',
      });
      const outcome = await fixture.run(['build', context, ...flags]);
      expect(outcome).toMatchObject({
        code,
        stderr: expect.stringMatching(text),
      });
    },
  );

  it('tells everything as JSON', async () => {
    const context = fixture.context('json', {
      Dockerfile: `${base}\nRUN echo out; echo err >&2\nRUN false\n`,
    });
    const { code, stdout } = await fixture.run([
      'build',
      ...[context, '--progress=json'],
    ]);
    expect(code).toBe(3);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines[0]).toMatchObject({ v: 1, type: 'planned', step: 1 });
    const output = lines.find(
      ({ type, stream }) => type === 'output' && stream === 'stderr',
    );
    expect(Buffer.from(output.data, 'base64').toString()).toBe('err\n');
    const planned = lines.find(({ title }) => title?.includes('RUN false'));
    expect(planned).toMatchObject({ line: 5, platform: expect.any(String) });
    expect(lines.at(-1)).toMatchObject({
      type: 'error',
      exitCode: 3,
      error: { kind: 'execution', exitCode: 1, position: { line: 5 } },
    });
  });

  it('stops at once when it is told to, and leaves nothing behind', async () => {
    const context = fixture.context('cancel', {
      Dockerfile: `${base}\nRUN echo begins; sleep 1000\n`,
    });
    const child = fixture.start(['build', context]);
    let ended: number | null = null;
    child.stderr?.on('data', chunk => {
      if (String(chunk).includes('begins')) child.kill('SIGINT');
    });
    await new Promise<void>(done =>
      child.once('close', code => {
        ended = code;
        done();
      }),
    );
    expect(ended).toBe(130);
    expect(readdirSync(fixture.path('cache', 'scratch'))).toEqual([]);
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
    expect(mounts).not.toContain(fixture.folder);
  });

  it('takes the flags of kaniko, also by its name', async () => {
    const context = fixture.context('kaniko', {
      Dockerfile: `${base}\nARG A\nRUN echo "$A" > /a\n`,
    });
    mkdirSync(fixture.path('kaniko-bin'));
    const executor = fixture.path('kaniko-bin', 'executor');
    symlinkSync(fixture.program, executor);
    const { code } = await fixture.run([
      'kaniko',
      ...[`--context=dir://${context}`, '--dockerfile=Dockerfile', '--no-push'],
      ...['--build-arg=A=b', `--oci-layout-path=${fixture.path('k')}`],
      ...[`--digest-file=${fixture.path('digest')}`, '--snapshot-mode=redo'],
      ...['--destination=registry.example/x:1', '--cache=true'],
    ]);
    expect(code).toBe(0);
    const { roots } = await readLayout(fixture.path('k'));
    expect(readFileSync(fixture.path('digest'), 'utf8')).toBe(roots[0].digest);
    expect(existsSync(executor)).toBe(true);
  });
});
