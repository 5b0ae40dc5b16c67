import { ConfigReader } from '@backstage/config';
import { readConfig } from './readConfig';

const read = (buildog: object) =>
  readConfig(new ConfigReader({ buildog } as never));

describe('buildog.runner.local', () => {
  it('is off unless somebody enables it', () => {
    expect(read({}).runner.local).toEqual({
      enabled: false,
      root: '.buildog/builds',
      concurrency: 2,
      limits: {},
      nice: 5,
    });
  });

  it('reads limits', () => {
    const { local } = read({
      runner: { local: { enabled: true, limits: { memory: '1Gi', pids: 99 } } },
      defaults: { cluster: 'local' },
    }).runner;
    expect(local.limits).toEqual({ memoryBytes: 1024 ** 3, processes: 99 });
  });

  it.each([
    [
      { runner: { local: { concurrency: 0 } } },
      'buildog.runner.local.concurrency',
    ],
    [{ runner: { local: { nice: -5 } } }, 'buildog.runner.local.nice'],
    [{ runner: { local: { limits: { pids: 1 } } } }, 'limits.pids'],
    [{ runner: { local: { enable: true } } }, 'runner.local.enable is not'],
    [{ defaults: { cluster: 'local' } }, 'buildog.defaults.cluster'],
    [
      {
        runner: {
          local: { enabled: true },
          kubernetes: {
            clusters: [
              {
                name: 'local',
                access: { type: 'inCluster' },
                namespace: 'b',
                agentImage: 'a',
              },
            ],
          },
        },
      },
      'has local twice',
    ],
  ])('refuses %j', (config, words) => {
    expect(() => read(config)).toThrow(words);
  });
});

describe('buildog.embeddedRegistry', () => {
  it('may be the default registry', () => {
    expect(
      read({
        embeddedRegistry: { enabled: true },
        defaults: { registry: '127.0.0.1:5050' },
      }).embeddedRegistry,
    ).toEqual({
      enabled: true,
      root: '.buildog/registry',
      host: '127.0.0.1',
      port: 5050,
      anonymousPull: false,
    });
  });

  it.each([
    [{ host: '0.0.0.0' }, 'loopback'],
    [{ host: '127.0.0.1.example.com' }, 'loopback'],
    [{ port: 0 }, 'embeddedRegistry.port'],
  ])('refuses %j', (embeddedRegistry, words) => {
    expect(() => read({ embeddedRegistry })).toThrow(words);
  });
});
