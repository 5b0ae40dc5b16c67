import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type {
  BuildLogEvent,
  BuildScheduler,
  SchedulerTask,
} from '@buildog/plugin-buildog-node';
import type { ClusterUnderTest } from './clusterUnderTest';
import { Kubectl } from './Kubectl';
import { removeCopies, runBuild, type BuildOutcome } from './runBuild';

/**
 * What the suite has to know about the scheduler.
 * @public
 */
export interface BuildSchedulerOnCluster<TSettings> {
  cluster: ClusterUnderTest;
  scheduler: BuildScheduler<TSettings>;
  /** Settings that reach the cluster's registries, beside the given ones. */
  settings: Record<string, unknown>;
}

const HOSTILE = `--build-arg=X=1 $(HOME) \${HOME} "q" 'a,b;c=d'\nsecond line`;
const MINUTES = 60_000;

/**
 * Runs a scheduler's builds as pods of a namespace that enforces PodSecurity
 * *baseline*, and looks at what they leave: the layout (with skopeo), the
 * exit code, what the parser read.
 *
 * Call it in a test file of the scheduler, at the top level. It uses jest's
 * globals, the cluster's kubectl, and this machine's skopeo and tar.
 * @public
 */
export function describeBuildSchedulerOnCluster<TSettings>(
  contract: BuildSchedulerOnCluster<TSettings>,
): void {
  const { cluster, scheduler } = contract;
  const { plain, tls } = cluster.registries;
  const settings = scheduler.settingsSchema.parse({
    insecureRegistries: [plain.host],
    registryCertificates: { [tls.host]: readFileSync(tls.caFile, 'utf8') },
    ...contract.settings,
  });
  const run = randomBytes(3).toString('hex');
  const namespace = `buildog-${scheduler.type}-${run}`;
  const kubectl = new Kubectl(cluster, namespace);
  let pods = 0;

  const build = (
    dockerfile: string,
    overrides: Partial<SchedulerTask> = {},
    hostUsers = true,
  ) =>
    runBuild(kubectl, cluster, scheduler, settings, {
      name: `build-${pods++}`,
      source: { Dockerfile: dockerfile, 'input.txt': 'from the source\n' },
      overrides,
      hostUsers,
    });

  describe(`the scheduler ${scheduler.type} on a cluster`, () => {
    beforeAll(() => kubectl.apply(namespaceOf(namespace)), MINUTES);
    afterAll(async () => {
      await removeCopies();
      await kubectl.run(['delete', 'namespace', namespace, '--wait=false']);
    }, MINUTES);

    describe('given a Dockerfile of two stages', () => {
      let outcome: BuildOutcome;
      beforeAll(async () => {
        outcome = await build(twoStages(cluster.images.busybox), {
          target: 'final',
          buildArgs: { GREETING: HOSTILE },
          labels: {
            'a.b/c': HOSTILE,
            'org.opencontainers.image.revision': 'abc',
          },
        });
      }, 4 * MINUTES);

      it('succeeds', () => {
        expect(errors(outcome)).toEqual([]);
        expect(outcome.exitCode).toBe(0);
      });

      it('leaves an OCI image that publish can read', async () => {
        const manifest = await outcome.layout?.manifest();
        expect(manifest?.mediaType).toBe(
          'application/vnd.oci.image.manifest.v1+json',
        );
        expect(manifest?.layers.length).toBeGreaterThan(1);
      });

      it('configures it as the Dockerfile and the task say', async () => {
        const image = await outcome.layout?.configuration();
        expect(image).toMatchObject({ os: 'linux', architecture: 'amd64' });
        expect(image?.config).toMatchObject({
          User: '1000:1000',
          WorkingDir: '/app',
          Cmd: ['cat', '/app/proof'],
        });
        expect(image?.config.Env).toContain('COLOUR=blue');
        expect(image?.config.Labels).toMatchObject({
          'a.b/c': HOSTILE,
          'org.opencontainers.image.revision': 'abc',
        });
      });

      it('hands a build argument on to the byte', async () => {
        expect(await outcome.layout?.file('app/proof')).toBe(
          `${HOSTILE}\nfrom the source\n`,
        );
      });

      it('leaves nothing of ours in the image', async () => {
        const paths = (await outcome.layout?.paths()) ?? [];
        expect(paths).toContain('app/proof');
        expect(paths).not.toContain('unused');
        for (const path of paths)
          expect(path).not.toMatch(/^(buildog|kaniko)(\/|$)/);
      });

      it('prints steps that the parser finds, in order', () => {
        const found = steps(outcome).map(step => step.split(/\s/)[0]);
        expect(found.join(' ')).toMatch(
          /FROM ARG COPY RUN FROM WORKDIR COPY ENV USER CMD/,
        );
        expect(outcome.events).toContainEqual({
          type: 'output',
          text: 'a line of RUN',
        });
      });
    });

    it(
      'makes the same image from the same source and time',
      async () => {
        const dockerfile = `FROM ${cluster.images.busybox}\nCOPY input.txt /\nRUN echo a > /b\n`;
        const [first, second] = await Promise.all(
          [1, 2].map(() =>
            build(dockerfile, { sourceDateEpoch: 1_700_000_000 }),
          ),
        );
        expect([...errors(first), ...errors(second)]).toEqual([]);
        expect(await first.layout?.digest()).toBe(
          await second.layout?.digest(),
        );
      },
      4 * MINUTES,
    );

    it(
      'builds in a user namespace of its own, if it says that it can',
      async () => {
        const dockerfile = `FROM ${cluster.images.busybox}\nRUN id -u > /id\n`;
        const outcome = await build(dockerfile, {}, false);
        expect(errors(outcome)).toEqual([]);
        expect(await outcome.layout?.file('id')).toBe('0\n');
      },
      4 * MINUTES,
    );

    it(
      'names the step that cannot begin because of a missing file',
      async () => {
        const outcome = await build(
          `FROM ${cluster.images.busybox}\nRUN true\nCOPY missing /x\n`,
        );
        const [error] = errors(outcome);
        const last = steps(outcome).at(-1);
        const next = error.type === 'error' && error.atNextStep;
        expect(last).toBe(next ? 'RUN true' : 'COPY missing /x');
      },
      4 * MINUTES,
    );

    it.each([
      [
        'a failing RUN',
        'RUN echo before && exit 42',
        'StepFailed',
        42,
        'RUN echo before && exit 42',
      ],
      ['a missing file', 'COPY missing /x', 'StepFailed', undefined, undefined],
      [
        'an unknown instruction',
        'RUNN echo',
        'DockerfileInvalid',
        undefined,
        undefined,
      ],
    ] as const)(
      'says what is wrong: %s',
      async (_, line, cause, exitCode, step) => {
        const outcome = await build(
          `FROM ${cluster.images.busybox}\n${line}\n`,
        );
        expect(outcome.layout).toBeUndefined();
        expect(outcome.exitCode).toBeGreaterThan(0);
        if (exitCode) expect(outcome.exitCode).toBe(exitCode);
        if (step) expect(steps(outcome).at(-1)).toBe(step);
        expect(errors(outcome)).toEqual([expect.objectContaining({ cause })]);
      },
      4 * MINUTES,
    );

    it.each([
      ['is not there', `${plain.host}/no/such:1`, 'BaseImageNotFound'],
      ['needs a credential', `${tls.host}/private/base:1`, 'BaseImageDenied'],
      [
        'is on a host nobody serves',
        '127.0.0.1:9/no/such:1',
        'RegistryUnreachable',
      ],
    ])(
      'says what is wrong: the base %s',
      async (_, base, cause) => {
        const outcome = await build(`FROM ${base}\nRUN true\n`);
        expect(outcome.layout).toBeUndefined();
        expect(errors(outcome)).toEqual([expect.objectContaining({ cause })]);
      },
      4 * MINUTES,
    );
  });
}

function twoStages(base: string): string {
  return `FROM ${base} AS tools
ARG GREETING=none
COPY input.txt /input.txt
RUN echo a line of RUN; printf '%s\\n' "$GREETING" > /proof; cat /input.txt >> /proof

FROM ${base} AS final
WORKDIR /app
COPY --from=tools /proof /app/proof
ENV COLOUR=blue
USER 1000:1000
CMD ["cat", "/app/proof"]

FROM ${base}
RUN touch /unused
`;
}

function errors(outcome: BuildOutcome): BuildLogEvent[] {
  return outcome.events.filter(event => event.type === 'error');
}

function steps(outcome: BuildOutcome): string[] {
  return outcome.events.flatMap(event =>
    event.type === 'step' ? [event.instruction] : [],
  );
}

function namespaceOf(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        'pod-security.kubernetes.io/enforce': 'baseline',
        'pod-security.kubernetes.io/enforce-version': 'latest',
      },
    },
  };
}
