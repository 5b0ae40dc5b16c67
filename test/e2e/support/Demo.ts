import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DemoSettings } from '../../../scripts/demo/DemoSettings.ts';
import {
  type GitServer,
  pushFolder,
} from '../../../scripts/demo/pushRepository.ts';
import type { ClusterState } from '../../cluster/clusterState.ts';
import { Gate } from './Gate.ts';
import { Kubectl } from './kubectl.ts';
import { runProbePod } from './runProbePod.ts';
import { RegistryWitness } from './registryWitness.ts';

const fixtures = resolve(import.meta.dirname, '../../fixtures/repositories');

/** What the stage "end to end" prepared for its specs. */
export interface DemoState {
  cluster: ClusterState;
  settings: DemoSettings;
  publicKeyFile: string;
  gatePort: number;
  portalPort: number;
  /** Commit of this project that the git server has. */
  revision: string;
}

/** The prepared cluster, with the programs that look at it from outside. */
export class Demo {
  readonly state: DemoState;
  readonly kubectl: Kubectl;
  readonly registry: RegistryWitness;
  readonly gate: Gate;

  private constructor(state: DemoState, gate: Gate) {
    this.state = state;
    this.gate = gate;
    this.kubectl = new Kubectl(state.cluster.kubeconfig);
    this.registry = new RegistryWitness(state.cluster.registries.plain);
  }

  /** Reads the file that `BUILDOG_TEST_DEMO` names. */
  static async open(): Promise<Demo> {
    const file = process.env.BUILDOG_TEST_DEMO;
    if (!file) {
      throw new Error('BUILDOG_TEST_DEMO is not set: run npm test');
    }
    const state: DemoState = JSON.parse(await readFile(file, 'utf8'));
    return new Demo(state, await Gate.listen(state.gatePort));
  }

  get settings(): DemoSettings {
    return this.state.settings;
  }

  get namespace(): string {
    return this.settings.BUILDOG_NAMESPACE;
  }

  /** How pods reach the backend. */
  get nodeUrl(): string {
    return this.#forward(this.state.portalPort);
  }

  get gitServer(): GitServer {
    const { httpUrl, username, password } = this.state.cluster.git;
    return { url: httpUrl, username, password };
  }

  /** `host/path` of a component's image. */
  image(component: string): string {
    return `${this.settings.BUILDOG_REGISTRY}/default/${component}`;
  }

  /**
   * Makes a fixture the only commit of `demo/NAME.git`. `DOOR` names the door
   * that `gate` waits at; give one of its own where the test opens it.
   * @returns the commit.
   */
  pushFixture(
    name: string,
    more: Record<string, string> = {},
    repository = name,
  ): Promise<string> {
    return pushFolder(
      this.gitServer,
      `${fixtures}/${name}`,
      `demo/${repository}.git`,
      {
        BASE: this.state.cluster.images.busybox,
        GATE: this.#forward(this.state.gatePort),
        DOOR: 'first',
        ...more,
      },
    );
  }

  /** Pushes the repository whose `RUN` looks for credentials. */
  pushProbe(): Promise<string> {
    return this.pushFixture('probe', {
      NODE: this.state.cluster.images.node,
      REGISTRY: this.settings.BUILDOG_REGISTRY,
      API: this.state.cluster.apiServer,
    });
  }

  /**
   * Runs the probe in a pod as people write kaniko jobs: one container with a
   * push credential and the namespace's service account token.
   * @returns its log.
   */
  runProbeBesideCredential(): Promise<string> {
    return runProbePod(this.kubectl, this.state.cluster);
  }

  /** Jobs and pods of a build that exist now. */
  async workloads(buildId: string): Promise<string[]> {
    const selector = `buildog.dev/build=${buildId}`;
    const [jobs, pods] = await Promise.all([
      this.kubectl.list('jobs', this.namespace, selector),
      this.kubectl.list('pods', this.namespace, selector),
    ]);
    return [...jobs, ...pods].map(object => object.metadata.name);
  }

  async close(): Promise<void> {
    await this.gate.close();
  }

  #forward(port: number): string {
    const found = this.state.cluster.forwards.find(f => f.hostPort === port);
    if (!found) throw new Error(`the cluster forwards no port ${port}`);
    return found.nodeUrl;
  }
}
