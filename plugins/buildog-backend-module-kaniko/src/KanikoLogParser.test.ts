import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildLogEvent } from '@buildog/plugin-buildog-node';
import { KanikoLogParser } from './KanikoLogParser';

/** Output of executor v1.28.3, recorded. */
function recorded(name: string): BuildLogEvent[] {
  const parser = new KanikoLogParser();
  return readFileSync(join(__dirname, '__fixtures__', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => parser.readLine(line));
}

const steps = (events: BuildLogEvent[]) =>
  events.flatMap(event => (event.type === 'step' ? [event.instruction] : []));

const read = (line: string) => new KanikoLogParser().readLine(line);
const json = (level: string, msg: string) =>
  read(JSON.stringify({ level, msg, time: '2026-11-21T09:42:04Z' }));

describe('KanikoLogParser on recorded output', () => {
  it('finds every step of a build of two stages, and no failure', () => {
    const events = recorded('ok');
    expect(steps(events)).toEqual([
      'FROM scratch',
      'COPY busybox /bin/busybox',
      'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
      'ARG GREETING=hi',
      'RUN echo "tool says $GREETING" && echo built > /tool.txt',
      'FROM tools',
      'WORKDIR /app',
      'COPY --from=tools /tool.txt /app/',
      'ENV A=b',
      'RUN echo line1;     echo line2 >&2; ls -la / /buildog 2>&1',
      'USER 1000:1000',
      'CMD ["/bin/sh"]',
    ]);
    expect(events).toContainEqual({
      type: 'output',
      text: 'tool says a b,c=$HOME "q"',
    });
    expect(events.filter(event => event.type === 'error')).toEqual([]);
  });

  it.each([
    ['bad', 'StepFailed', 'RUN echo before && exit 42'],
    ['bad-text', 'StepFailed', 'RUN echo before && exit 42'],
    ['syntax', 'DockerfileInvalid', undefined],
    ['nobase', 'RegistryUnreachable', undefined],
  ])('says why %s failed: %s', (name, cause, step) => {
    const events = recorded(name);
    expect(steps(events).at(-1)).toBe(step);
    expect(events.filter(event => event.type === 'error')).toEqual([
      { type: 'error', message: expect.stringMatching(/^error /), cause },
    ]);
    expect(events.at(-1)?.type).toBe('error');
  });

  it('says that a missing file fails the step that was not announced yet', () => {
    const events = recorded('nocopy');
    expect(steps(events)).toEqual(['FROM scratch']);
    expect(events.at(-1)).toEqual({
      type: 'error',
      message: expect.stringContaining('no such file or directory'),
      cause: 'StepFailed',
      atNextStep: true,
    });
  });
});

describe('KanikoLogParser', () => {
  const registry =
    'error building image: unable to complete operation after 0 attempts, last error: GET https://r.example/v2/a/manifests/1: ';

  it.each([
    [
      `${registry}DENIED: requested access to the resource is denied`,
      'BaseImageDenied',
    ],
    [`${registry}UNAUTHORIZED: authentication required`, 'BaseImageDenied'],
    [
      `${registry}TOOMANYREQUESTS: You have reached your pull rate limit.`,
      'RegistryRateLimited',
    ],
    [`${registry}MANIFEST_UNKNOWN: manifest unknown`, 'BaseImageNotFound'],
    [`${registry}UNKNOWN: oops`, 'RegistryUnreachable'],
    [
      'error building image: parsing dockerfile: file with no instructions',
      'DockerfileInvalid',
    ],
    [
      'error building image: error finding target stage: "x" is not a valid target build stage',
      'DockerfileInvalid',
    ],
    [
      'Error: error resolving dockerfile path: please provide a valid path to a Dockerfile within the build context with --dockerfile',
      'DockerfileInvalid',
    ],
    [
      'error building image: error building stage: failed to execute command: starting command: fork/exec /bin/sh: no such file or directory',
      'StepFailed',
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
      '{"a":1}',
      '{"',
    ]) {
      expect(read(line)).toEqual({ type: 'output', text: line });
    }
  });

  it('reads levels, cached layers and fatal ends', () => {
    expect(json('warning', 'RUN x')).toEqual({
      type: 'output',
      text: 'warning: RUN x',
    });
    expect(
      json('info', 'Found cached layer, extracting to filesystem'),
    ).toEqual({ type: 'cached' });
    expect(json('fatal', 'Invalid platform')).toEqual({
      type: 'error',
      message: 'Invalid platform',
    });
    expect(read('time="x" level=info msg=plain')).toEqual({
      type: 'output',
      text: 'plain',
    });
  });

  it('reads what there is of an entry that was cut', () => {
    const whole = JSON.stringify({ level: 'info', msg: 'RUN a <b "c" \\ end' })
      .replace('<', '\\u003c')
      .replace('}', ',"time":"x"}');
    const end = whole.indexOf(' end');
    for (
      let length = '{"level":"info","msg":"RUN a'.length;
      length < end;
      length++
    ) {
      const event = read(whole.slice(0, length));
      expect(event).toEqual({
        type: 'step',
        instruction: expect.stringMatching(/^RUN a.*…$/),
      });
    }
  });

  it('bounds what it hands on', () => {
    const event = read(`error building image: ${'x'.repeat(10_000_000)}`);
    expect(event).toMatchObject({ type: 'error' });
    expect(JSON.stringify(event).length).toBeLessThan(1000);
  });
});
