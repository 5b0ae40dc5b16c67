import type { BuildStep } from '@buildog/plugin-buildog-common';
import type { ControllerState } from '../domain/ControllerState';
import type { ControllerDependencies } from './ControllerDependencies';

/** Whether the controller works, for readiness and the administration page. */
export interface ControllerHealth {
  ok: boolean;
  /** What is wrong, in a sentence. */
  message?: string;
  mode: ControllerState['mode'];
  /** Builds this replica is working on. */
  passes: number;
  lastClaimAt?: Date;
}

/**
 * The leaderless loop: claim, observe, decide, commit, act, release. Any
 * number of replicas run it on one PostgreSQL; a second one on SQLite is
 * refused by `start`.
 */
export class BuildController {
  static create(dependencies: ControllerDependencies): BuildController {
    return new BuildController(dependencies);
  }

  private constructor(readonly dependencies: ControllerDependencies) {}

  /** Registers the replica and starts the loops; they are supervised until `stop`. */
  async start(): Promise<void> {
    await this.dependencies.store.register(this.dependencies.replica);
  }

  /** Ends the loops and gives back what is claimed. Running workloads go on. */
  async stop(): Promise<void> {
    await this.dependencies.store.unregister(this.dependencies.replica.id);
  }

  /** Has a build looked at now. Cheap, never throws; a hint. */
  wake(_buildId: string): void {}

  /** Admits nothing more; running builds go on. */
  async pause(by: string): Promise<ControllerState> {
    return this.dependencies.store.setAdmissionMode('Paused', by);
  }

  /** As `pause`, and refuses new requests: before an upgrade or removal. */
  async drain(by: string): Promise<ControllerState> {
    return this.dependencies.store.setAdmissionMode('Draining', by);
  }

  /** Ends `pause` and `drain`. */
  async resume(by: string): Promise<ControllerState> {
    return this.dependencies.store.setAdmissionMode('Open', by);
  }

  /** For readiness. Answers from memory. */
  health(): ControllerHealth {
    return {
      ok: false,
      message: 'The controller has not started.',
      mode: 'Open',
      passes: 0,
    };
  }

  /** Dockerfile steps of an attempt as its log tells them until now. */
  async listSteps(_buildId: string, _attemptId: string): Promise<BuildStep[]> {
    return [];
  }
}
