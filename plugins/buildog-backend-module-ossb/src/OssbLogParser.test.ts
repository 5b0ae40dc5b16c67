import { OssbLogParser } from './OssbLogParser';

const read = (...lines: string[]) => {
  const parser = new OssbLogParser();
  return lines.map(line => parser.readLine(line));
};

describe('OssbLogParser', () => {
  it('finds steps, what came from the cache, and output', () => {
    expect(
      read(
        '#4 [build 2/3] RUN npm ci',
        '#4 added 3 packages',
        '#4 DONE 1.2s',
        '#5 CACHED [build 3/3] COPY . .',
        'pull registry.example/base sha256:0123456789ab 1.2 MB',
      ),
    ).toEqual([
      { type: 'step', instruction: 'RUN npm ci' },
      { type: 'output', text: 'added 3 packages' },
      { type: 'output', text: 'DONE 1.2s' },
      { type: 'step', instruction: 'COPY . .', cached: true },
      {
        type: 'output',
        text: 'pull registry.example/base sha256:0123456789ab 1.2 MB',
      },
    ]);
  });

  it('says which line of the Dockerfile failed, and why', () => {
    expect(
      read(
        'Dockerfile:6, stage final, linux/amd64',
        '> 6 | RUN exit 7',
        'execution error: the command ended with exit code 7',
      ).at(-1),
    ).toEqual({
      type: 'error',
      message: 'the command ended with exit code 7',
      cause: 'StepFailed',
      line: 6,
    });
  });

  it.each([
    ['validation error: unknown instruction RUNN', 'DockerfileInvalid'],
    ['authentication error: r.example wants a credential', 'BaseImageDenied'],
    ['registry error: r.example/a:1 was not found', 'BaseImageNotFound'],
    ['registry error: 429 too many requests', 'RegistryRateLimited'],
    ['registry error: 503', 'RegistryUnreachable'],
    ['network error: r.example: connection refused', 'RegistryUnreachable'],
    ['resource error: no space left', undefined],
  ])('reads %s', (line, cause) => {
    expect(read(line)[0]).toEqual({
      type: 'error',
      message: line.replace(/^\w+ error: /, ''),
      ...(cause && { cause }),
    });
  });

  it('takes no output of a step for its own words', () => {
    expect(read('#4 execution error: x', '#4 #5 [a 1/1] RUN y')).toEqual([
      { type: 'output', text: 'execution error: x' },
      { type: 'output', text: '#5 [a 1/1] RUN y' },
    ]);
  });
});
