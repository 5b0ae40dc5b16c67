import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildLogEvent } from '@buildog/plugin-buildog-node';
import { BuildahLogParser } from './BuildahLogParser';

/** Output of buildah 1.28.2, recorded. */
function recorded(name: string): BuildLogEvent[] {
  const parser = new BuildahLogParser();
  return readFileSync(join(__dirname, '__fixtures__', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => parser.readLine(line));
}

const steps = (events: BuildLogEvent[]) =>
  events.flatMap(event => (event.type === 'step' ? [event.instruction] : []));

const read = (line: string) => new BuildahLogParser().readLine(line);

describe('BuildahLogParser on recorded output', () => {
  it('finds every step of a build of two stages, and no failure', () => {
    const events = recorded('ok');
    expect(steps(events)).toEqual([
      'FROM scratch AS tools',
      'COPY busybox /bin/busybox',
      'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
      'ARG GREETING=hi',
      'RUN echo "tool says $GREETING" && echo built > /tool.txt',
      expect.stringMatching(/^FROM [0-9a-f]{64} AS final$/),
      'WORKDIR /app',
      'COPY --from=tools /tool.txt /app/',
      'ENV A=b',
      'RUN echo line1;     echo line2 >&2',
      'USER 1000:1000',
      'CMD ["/bin/sh"]',
      expect.stringMatching(/^LABEL /),
    ]);
    expect(events).toContainEqual({
      type: 'output',
      text: 'tool says a b,c=$HOME "q"',
    });
    expect(events.filter(event => event.type === 'error')).toEqual([]);
  });

  it('counts the steps that came from the cache', () => {
    const events = recorded('cached');
    expect(events.filter(event => event.type === 'cached')).toHaveLength(9);
  });

  it.each([
    ['bad', 'StepFailed', 'RUN echo before && exit 42'],
    [
      'failed',
      'StepFailed',
      'RUN echo line1;     echo line2 >&2; ls -la / /buildog 2>&1',
    ],
    ['syntax', 'DockerfileInvalid', 'RUNN foo'],
    ['nocopy', 'StepFailed', 'COPY nothere /x'],
    ['nobase', 'RegistryUnreachable', 'FROM localhost:1/no/such:1'],
  ])('says why %s failed: %s', (name, cause, step) => {
    const events = recorded(name);
    expect(steps(events).at(-1)).toBe(step);
    const errors = events.filter(event => event.type === 'error');
    expect(errors).toEqual([
      { type: 'error', message: expect.stringMatching(/^Error: /), cause },
    ]);
    expect(events.at(-1)).toEqual(errors[0]);
  });
});

describe('BuildahLogParser', () => {
  const registry =
    'Error: creating build container: initializing source docker://r.example/a:1: reading manifest 1 in r.example/a: ';

  it.each([
    [`${registry}denied`, 'BaseImageDenied'],
    [`${registry}unauthorized`, 'BaseImageDenied'],
    [
      `${registry}toomanyrequests: You have reached your pull rate limit.`,
      'RegistryRateLimited',
    ],
    [`${registry}manifest unknown`, 'BaseImageNotFound'],
    [
      `${registry}received unexpected HTTP status: 500 Internal Server Error`,
      'RegistryUnreachable',
    ],
    [
      'Error: creating build container: short-name "x" did not resolve to an alias and no unqualified-search registries are defined in "/f"',
      'BaseImageNotFound',
    ],
    [
      'Error: The target "nostage" was not found in the provided Dockerfile',
      'DockerfileInvalid',
    ],
    [
      'Error: no contents in "/buildog/workspace/Dockerfile"',
      'DockerfileInvalid',
    ],
    ['Error: unknown flag: --bogus', undefined],
  ])('reads %s', (line, cause) => {
    expect(read(line)).toEqual({
      type: 'error',
      message: line,
      ...(cause && { cause }),
    });
  });

  it('takes no line of a RUN step for its own giving up', () => {
    for (const line of [
      "Error: Cannot find module 'x'",
      'error: x',
      'Error: ',
    ]) {
      expect(read(line)).toEqual({ type: 'output', text: line });
    }
  });

  it('does not look for a registry in the words of an instruction', () => {
    expect(
      read('Error: building at STEP "RUN echo toomanyrequests": exit status 1'),
    ).toMatchObject({ cause: 'StepFailed' });
  });

  it('unwraps warnings', () => {
    expect(read('time="2026" level=warning msg="a \\"b\\""')).toEqual({
      type: 'output',
      text: 'warning: a "b"',
    });
    expect(read('time="2026" level=warning msg="\\x1b"')).toEqual({
      type: 'output',
      text: 'warning: "\\x1b"',
    });
  });
});
