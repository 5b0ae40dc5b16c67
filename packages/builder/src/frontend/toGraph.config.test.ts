import { alpine, created, planError, planOne } from './__testUtils__/plan';

const path =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

describe('instructions that only change the configuration', () => {
  it.each([
    [
      'ENV a=1 b="$a x" a=2',
      { Env: [path, 'a=2', 'b= x'] },
      'ENV a=1 b= x a=2',
    ],
    [
      'ENV a=1\nENV b=${a}0 PATH=/bin:$PATH',
      { Env: [`PATH=/bin:${path.slice(5)}`, 'a=1', 'b=10'] },
      `ENV b=10 PATH=/bin:${path.slice(5)}`,
    ],
    ['ENV a b  c', { Env: [path, 'a=b  c'] }, 'ENV a=b  c'],
    [
      'LABEL a=1 "b c"="d e"',
      { Labels: { a: '1', 'b c': 'd e' } },
      'LABEL a=1 b c=d e',
    ],
    ['USER app:staff', { User: 'app:staff' }, 'USER app:staff'],
    [
      'VOLUME /a ["b"]',
      { Volumes: { '/a': {}, '[b]': {} } },
      'VOLUME [/a [b]]',
    ],
    ['VOLUME ["/a b"]', { Volumes: { '/a b': {} } }, 'VOLUME [/a b]'],
    [
      'ENV p="1 2"\nEXPOSE $p 90/udp 7-8/SCTP',
      {
        ExposedPorts: {
          '1/tcp': {},
          '2/tcp': {},
          '7/sctp': {},
          '8/sctp': {},
          '90/udp': {},
        },
      },
      'EXPOSE [1/tcp 2/tcp 7/sctp 8/sctp 90/udp]',
    ],
    [
      'EXPOSE 127.0.0.1:80:8080 [::1]:1-2:1-2 5:6',
      {
        ExposedPorts: { '8080/tcp': {}, '6/tcp': {}, '1/tcp': {}, '2/tcp': {} },
      },
      'EXPOSE [8080/tcp 6/tcp 1/tcp 2/tcp]',
    ],
    [
      'STOPSIGNAL sigRTMIN+3',
      { StopSignal: 'sigRTMIN+3' },
      'STOPSIGNAL sigRTMIN+3',
    ],
    ['STOPSIGNAL 9', { StopSignal: '9' }, 'STOPSIGNAL 9'],
    [
      'SHELL ["/bin/bash", "-c"]\nCMD x',
      { Cmd: ['/bin/bash', '-c', 'x'] },
      'CMD ["/bin/bash" "-c" "x"]',
    ],
    [
      'CMD ["a", "b\\"\\n"]',
      { Cmd: ['a', 'b"\n'], ArgsEscaped: true },
      'CMD ["a" "b\\"\\n"]',
    ],
    [
      'CMD x $HOME',
      { Cmd: ['/bin/sh', '-c', 'x $HOME'] },
      'CMD ["/bin/sh" "-c" "x $HOME"]',
    ],
    ['ENTRYPOINT ["a"]', { Entrypoint: ['a'] }, 'ENTRYPOINT ["a"]'],
    ['ENTRYPOINT []', { Entrypoint: [] }, 'ENTRYPOINT []'],
    [
      'HEALTHCHECK --interval=90s --retries=3 CMD true',
      {
        Healthcheck: {
          Test: ['CMD-SHELL', 'true'],
          Interval: 90e9,
          Retries: 3,
        },
      },
      'HEALTHCHECK &{["CMD-SHELL" "true"] "1m30s" "0s" "0s" "0s" \'\\x03\'}',
    ],
    [
      'HEALTHCHECK NONE',
      { Healthcheck: { Test: ['NONE'] } },
      'HEALTHCHECK &{["NONE"] "0s" "0s" "0s" "0s" \'\\x00\'}',
    ],
    ['ONBUILD RUN x $y', { OnBuild: ['RUN x $y'] }, undefined],
    ['WORKDIR /', { WorkingDir: '/' }, 'WORKDIR /'],
  ])('%j', async (text, config, createdBy) => {
    const image = await planOne(`FROM alpine\n${text}`);
    expect(image.config.config).toMatchObject(config);
    expect(created(image).at(-1)).toBe(createdBy);
    const own = image.history.filter(({ inherited }) => !inherited);
    expect(own.every(({ entry, vertex }) => entry.empty_layer && !vertex)).toBe(
      true,
    );
    expect(image.root.operation.kind).toBe('image');
  });

  it('MAINTAINER sets the author', async () => {
    const image = await planOne('FROM alpine\nMAINTAINER Jo');
    expect(image.config.author).toBe('Jo');
    expect(created(image)).toEqual(['MAINTAINER Jo']);
  });

  it.each([
    ['STOPSIGNAL TREM', '"TREM" is no signal; did you mean SIGTERM?'],
    ['STOPSIGNAL 0', 'is no signal'],
    ['VOLUME $none', 'is empty once its variables'],
    ['EXPOSE x', '"x" is no port'],
    ['EXPOSE 70000', 'is no port'],
    ['EXPOSE 9-8', 'is no port'],
    ['EXPOSE 80/http', 'has the protocol "http"'],
    ['EXPOSE 1-2:1-3', 'two ranges'],
    ['EXPOSE nohost:1:2', 'is no IP address'],
    ['ENV a="${b:?set it}"', 'b: set it'],
    ['ENV a=${b', 'substitution|unsupported modifier'],
  ])('%s is refused', async (text, message) => {
    const error = await planError(`FROM alpine\n${text}`);
    expect(error.kind).toBe('validation');
    expect(error.message).toMatch(/^Dockerfile:2: /);
    expect(message.split('|').some(part => error.message.includes(part))).toBe(
      true,
    );
    expect(error.details.instruction).toBe(text);
  });
});

describe('what an image takes over from its base', () => {
  const base = {
    author: 'Jo',
    created: '2020-01-01T00:00:00Z',
    config: {
      User: 'u',
      Env: ['A=1', 'PATH=/p'],
      Cmd: ['old'],
      WorkingDir: 'work',
      Labels: { a: '1' },
      ExposedPorts: { '1/tcp': {} },
      Volumes: { '/v': {} },
      Shell: ['/bin/ash', '-c'],
      Hostname: 'left behind',
    },
    history: [{ created_by: 'old', created: '2020-01-01T00:00:00Z' }],
  };
  const images = { [alpine]: base };

  it('is everything but triggers and what nobody defined', async () => {
    const image = await planOne('FROM alpine\nLABEL b=2\nEXPOSE 2', { images });
    expect(image.config).toEqual({
      os: 'linux',
      architecture: 'amd64',
      author: 'Jo',
      config: {
        User: 'u',
        Env: ['A=1', 'PATH=/p'],
        Cmd: ['old'],
        WorkingDir: '/work',
        Labels: { a: '1', b: '2' },
        ExposedPorts: { '1/tcp': {}, '2/tcp': {} },
        Volumes: { '/v': {} },
        Shell: ['/bin/ash', '-c'],
      },
    });
    expect(image.history[0]).toEqual({
      entry: base.history[0],
      inherited: true,
    });
    expect(image.base?.name).toBe(alpine);
    expect(image.base?.reference).toMatch(
      /^docker.io\/library\/alpine@sha256:/,
    );
  });

  it('a new entry point drops the old command, not the new one', async () => {
    const first = await planOne('FROM alpine\nENTRYPOINT ["e"]', { images });
    expect(first.config.config?.Cmd).toBeUndefined();
    const second = await planOne('FROM alpine\nCMD ["c"]\nENTRYPOINT ["e"]', {
      images,
    });
    expect(second.config.config?.Cmd).toEqual(['c']);
    const third = await planOne(
      'FROM alpine AS a\nCMD ["c"]\nFROM a\nENTRYPOINT ["e"]',
      { images },
    );
    expect(third.config.config?.Cmd).toBeUndefined();
  });

  it('scratch starts with a path and the root', async () => {
    const image = await planOne('FROM scratch');
    expect(image.config).toEqual({
      os: 'linux',
      architecture: 'amd64',
      config: { Env: [path], WorkingDir: '/' },
    });
    expect(image.root.operation.kind).toBe('scratch');
    expect(image.base).toBeUndefined();
  });

  it('labels of the caller come last and leave no history', async () => {
    const image = await planOne('FROM scratch\nLABEL a=1', {
      labels: { a: '2', b: '3' },
    });
    expect(image.config.config?.Labels).toEqual({ a: '2', b: '3' });
    expect(created(image)).toEqual(['LABEL a=1']);
  });
});
