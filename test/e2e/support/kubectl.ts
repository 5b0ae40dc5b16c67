import { program } from './program.ts';

/** kubectl with a fixed kubeconfig. */
export class Kubectl {
  readonly #kubeconfig: string;

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

  run(...args: string[]): Promise<string> {
    return program('kubectl', ['--kubeconfig', this.#kubeconfig, ...args]);
  }

  /** Creates or updates an object. */
  async apply(object: object, namespace: string): Promise<void> {
    await program(
      'kubectl',
      [
        `--kubeconfig=${this.#kubeconfig}`,
        `--namespace=${namespace}`,
        'apply',
        '--filename=-',
      ],
      { input: JSON.stringify(object) },
    );
  }

  /** Objects of a kind in a namespace, by label selector. */
  async list(
    kind: string,
    namespace: string,
    selector = '',
  ): Promise<KubernetesObject[]> {
    const args = ['get', kind, '--namespace', namespace, '--output', 'json'];
    if (selector) args.push('--selector', selector);
    return JSON.parse(await this.run(...args)).items;
  }
}

/** As much of a Kubernetes object as the tests look at. */
export interface KubernetesObject {
  metadata: {
    name: string;
    uid: string;
    labels?: Record<string, string>;
    deletionTimestamp?: string;
  };
  spec?: Record<string, unknown>;
  status?: {
    phase?: string;
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface ContainerStatus {
  name: string;
  imageID: string;
  image: string;
}
