import { ConfigReader } from '@backstage/config';
import { ConfigError } from './ConfigError';
import { readConfig } from './readConfig';

const read = (buildog: unknown) =>
  readConfig(new ConfigReader({ buildog } as never));

function problems(buildog: unknown): readonly string[] {
  try {
    read(buildog);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    const config = readConfig(new ConfigReader({}));
    expect(config.runner.kubernetes.clusters).toEqual([]);
    expect(config.defaults).toMatchObject({
      repository: '{namespace}/{name}',
      dockerfile: 'Dockerfile',
      deadline: 1800,
      maxAttempts: 3,
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      resources: {
        memoryBytes: 2 * 1024 ** 3,
        ephemeralStorageBytes: 10 * 1024 ** 3,
        cpuRequestMillis: 250,
      },
    });
    expect(config.logs.store).toEqual({ type: 'database' });
    expect(config.timeZone).toBe('UTC');
  });

  it('reads durations and quantities in the usual notations', () => {
    const config = read({
      defaults: {
        deadline: { minutes: 5 },
        resources: { memory: '512Mi', cpu: 1.5, ephemeralStorage: '10G' },
      },
      retention: { logs: '7d' },
    });
    expect(config.defaults.deadline).toBe(300);
    expect(config.defaults.resources).toEqual({
      memoryBytes: 512 * 1024 ** 2,
      cpuRequestMillis: 1500,
      ephemeralStorageBytes: 10e9,
    });
    expect(config.retention.logs).toBe(7 * 86_400_000);
  });

  it.each([
    [{ defualts: {} }, 'buildog.defualts is not a setting'],
    [
      { defaults: { deadline: 'soon' } },
      'buildog.defaults.deadline is "soon": write a duration',
    ],
    [
      { defaults: { resources: { memory: '2GB' } } },
      'buildog.defaults.resources.memory is "2GB": write an amount',
    ],
    [
      { defaults: { platforms: ['amd64'] } },
      'buildog.defaults.platforms[0] is "amd64"',
    ],
    [{ defaults: { repository: 'x' } }, 'needs {name}'],
    [{ defaults: { scheduler: 'x' } }, 'buildog.defaults.scheduler is x'],
    [{ defaults: { registry: 'r.test' } }, 'buildog.registries does not have'],
    [{ timeZone: 'Mars' }, 'buildog.timeZone is "Mars": use an IANA'],
    [
      { registries: [{ host: 'https://r.test' }] },
      'buildog.registries[0].host is "https://r.test": write a registry as host',
    ],
    [{ registries: [{ host: 'r.test', username: 'u' }] }, 'password'],
    [{ registries: [{ host: 'r.test' }, { host: 'r.test' }] }, 'twice'],
    [
      { sources: { credentials: [{ host: 'g.test', username: 'u' }] } },
      'https needs username and password',
    ],
    [{ signing: { cosign: {} } }, 'give key or keyFile'],
    [{ limits: { concurrency: 0 } }, 'buildog.limits.concurrency is 0'],
    [{ ingest: { url: 'http://u:p@x' } }, 'without a user'],
    [
      {
        runner: {
          kubernetes: {
            clusters: [
              {
                name: 'Prod',
                access: { type: 'inCluster' },
                namespace: 'n',
                agentImage: 'a',
              },
            ],
          },
        },
      },
      'buildog.runner.kubernetes.clusters[0].name is "Prod"',
    ],
    ['yes', 'buildog is "yes"'],
  ])('refuses %j', (config, expected) => {
    expect(problems(config).join('\n')).toContain(expected);
  });

  it('names every mistake at once', () => {
    expect(
      problems({ timeZone: 'Mars', limits: { concurrency: -1 } }),
    ).toHaveLength(2);
  });

  it('never prints a secret', () => {
    const found = problems({
      registries: [{ host: 'r.test', password: 'canary-1', username: 5 }],
      signing: { cosign: { key: 7, password: { x: 'canary-2' } } },
    }).join('\n');
    expect(found).not.toMatch(/canary/);
    expect(found).toContain('buildog.signing.cosign.password');
  });
});
