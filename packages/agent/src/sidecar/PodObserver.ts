import type { Bell } from './Bell';
import type { KubeClient } from './KubeClient';
import type { ContainerState, PodView } from './podView';

const INTERVAL_MILLISECONDS = 5000;

/**
 * Keeps the latest view of the pod: asked for every five seconds, and when
 * somebody has a reason to. The service account may not watch, so this is
 * how it learns that a container has ended.
 */
export class PodObserver {
  #view: PodView | 'gone' | undefined;
  #refreshing: Promise<void> | undefined;

  private constructor(
    private readonly kube: KubeClient,
    private readonly bell: Bell,
    private readonly signal: AbortSignal,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Starts observing; ends with `signal`. The bell rings when something changed. */
  static start(
    kube: KubeClient,
    bell: Bell,
    signal: AbortSignal,
    onError: (error: unknown) => void,
  ): PodObserver {
    const observer = new PodObserver(kube, bell, signal, onError);
    const timer = setInterval(
      () => void observer.refresh(),
      INTERVAL_MILLISECONDS,
    );
    signal.addEventListener('abort', () => clearInterval(timer), {
      once: true,
    });
    return observer;
  }

  /** Asks now. Several calls at once are one question; never rejects. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  /** Whether the container will write nothing more, as far as is known. */
  isOver(container: string): boolean {
    if (this.#view === undefined) return false;
    if (this.#view === 'gone' || this.#view.over) return true;
    return this.state(container) === 'terminated';
  }

  /** State of a container; `undefined` while unknown. */
  state(container: string): ContainerState | undefined {
    return typeof this.#view === 'object'
      ? this.#view.states.get(container)
      : undefined;
  }

  async #ask(): Promise<void> {
    if (this.signal.aborted) return;
    try {
      const before = JSON.stringify(describe(this.#view));
      this.#view = await this.kube.getPod(this.signal);
      if (JSON.stringify(describe(this.#view)) !== before) this.bell.ring();
    } catch (error) {
      if (!this.signal.aborted) this.onError(error);
    }
  }
}

function describe(view: PodView | 'gone' | undefined) {
  return typeof view === 'object' ? [view.over, ...view.states] : view;
}
