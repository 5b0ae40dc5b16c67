import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterState } from '../../cluster/clusterState.ts';
import { attempt, root, run, type Ended } from './clusterPrograms.ts';

/**
 * The chart, installed under names of this run, and the identities that tests
 * look at it with: its service accounts, and somebody with the role `edit`
 * in another namespace. Each speaks to the API server with a token of its own.
 */
export class InstalledChart {
  readonly controllerNamespace: string;
  readonly buildNamespace: string;
  readonly otherNamespace: string;
  private readonly state: ClusterState;
  private readonly folder = mkdtempSync(join(tmpdir(), 'buildog-chart-'));
  private readonly kubeconfigs = new Map<string, string>();

  constructor(state: ClusterState) {
    this.state = state;
    const id = randomBytes(3).toString('hex');
    this.controllerNamespace = `portal-${id}`;
    this.buildNamespace = `builds-${id}`;
    this.otherNamespace = `team-${id}`;
  }

  /** Namespaces, the chart with its defaults, and who looks at it. */
  async prepare(): Promise<void> {
    for (const name of [this.controllerNamespace, this.otherNamespace]) {
      await this.admin('create', 'namespace', name);
    }
    await this.install();
    const other = `--namespace=${this.otherNamespace}`;
    await this.admin('create', 'serviceaccount', 'somebody', other);
    await this.admin(
      ...['create', 'rolebinding', 'somebody', other, '--clusterrole=edit'],
      `--serviceaccount=${this.otherNamespace}:somebody`,
    );
    this.identify('controller', this.controllerNamespace, 'buildog-controller');
    this.identify('sidecar', this.buildNamespace, 'buildog-sidecar');
    this.identify('job', this.buildNamespace, 'buildog-job');
    this.identify('somebody', this.otherNamespace, 'somebody');
  }

  /** Applies the chart, again too. */
  async install(...options: string[]): Promise<void> {
    const manifests = await run(this.state, 'helm', [
      ...['template', 'buildog', join(root, 'deploy', 'helm', 'buildog')],
      `--namespace=${this.controllerNamespace}`,
      `--set=build.namespace.name=${this.buildNamespace}`,
      ...options,
    ]);
    await run(this.state, 'kubectl', ['apply', '-f', '-'], manifests);
  }

  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true });
    await this.admin(
      ...['delete', 'namespace', '--wait=false', '--ignore-not-found'],
      ...[this.controllerNamespace, this.buildNamespace, this.otherNamespace],
    );
    await this.admin(
      ...['delete', 'clusterrole,clusterrolebinding', '--ignore-not-found'],
      `buildog-nodes-${this.controllerNamespace}`,
    );
  }

  /** kubectl as the cluster's administrator; throws when it fails. */
  admin(...args: string[]): Promise<string> {
    return run(this.state, 'kubectl', args);
  }

  /** Creates an object as the administrator. */
  create(manifest: object, namespace = this.buildNamespace): Promise<string> {
    return run(
      this.state,
      'kubectl',
      ['create', `--namespace=${namespace}`, '-f', '-'],
      JSON.stringify(manifest),
    );
  }

  /** kubectl in the build namespace as one of the identities; a refusal is an answer. */
  as(identity: string, args: string[], input = ''): Promise<Ended> {
    const kubeconfig = this.kubeconfigs.get(identity);
    if (!kubeconfig) throw new Error(`nobody is called ${identity}`);
    const own = [`--kubeconfig=${kubeconfig}`];
    if (!args.some(arg => arg.startsWith('--namespace='))) {
      own.push(`--namespace=${this.buildNamespace}`);
    }
    return attempt(this.state, 'kubectl', [...own, ...args], input);
  }

  /** The shipped script makes the kubeconfigs, so that it is tested too. */
  private identify(name: string, namespace: string, account: string): void {
    const kubeconfig = execFileSync(
      process.execPath,
      [
        join(root, 'deploy', 'controller-kubeconfig.mjs'),
        `--kubeconfig=${this.state.kubeconfig}`,
        `--namespace=${namespace}`,
        `--service-account=${account}`,
        `--build-namespace=${this.buildNamespace}`,
        '--duration=1h',
      ],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${this.state.tools.binDir}:${process.env.PATH}`,
        },
      },
    );
    const file = join(this.folder, `${name}.json`);
    writeFileSync(file, kubeconfig, { mode: 0o600 });
    this.kubeconfigs.set(name, file);
  }
}
