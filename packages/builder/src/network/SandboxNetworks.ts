import { readFileSync } from 'node:fs';
import { BuilderError } from '../errors/BuilderError';
import type { NetworkMode } from '../execute/Executor';
import type { StepNetwork, StepNetworks } from '../execute/StepNetwork';
import { FetchLog } from './FetchLog';
import type { DestinationRules } from './findDestination';
import { ForwardProxy } from './ForwardProxy';
import { NetworkNamespace, proxyPort } from './NetworkNamespace';
import type { FindUpstream } from './upstreamProxy';

/** See {@link SandboxNetworks}. */
export interface SandboxNetworksOptions {
  readonly rules: Omit<DestinationRules, 'byName'>;
  readonly upstream: FindUpstream;
}

/**
 * Gives each step a network namespace of its own. A namespace serves one step at
 * a time and is used again: a step may not change it, and when it is given back
 * every process of the step is gone.
 */
export class SandboxNetworks implements StepNetworks {
  private readonly free: NetworkNamespace[] = [];
  private readonly all = new Set<NetworkNamespace>();
  private ahead?: Promise<NetworkNamespace>;
  private closed = false;

  constructor(private readonly options: SandboxNetworksOptions) {}

  /** Makes the first namespace ahead of its use. */
  warm(): void {
    if (this.ahead || this.all.size > 0) return;
    this.ahead = this.create();
    // Whoever takes it sees the error.
    this.ahead.catch(() => undefined);
  }

  async acquire(mode: NetworkMode): Promise<StepNetwork> {
    switch (mode) {
      case 'host':
        return hostNetwork();
      case 'none':
      case 'proxy':
        return this.joined(mode);
      default:
        throw new BuilderError(
          'unsupported',
          'this version has no network "full" for RUN: use "proxy", or "host" where that is allowed',
          { operation: 'exec' },
        );
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.ahead?.catch(() => undefined);
    for (const namespace of this.all) namespace.close();
    this.all.clear();
    this.free.length = 0;
  }

  private async joined(mode: 'none' | 'proxy'): Promise<StepNetwork> {
    const namespace = await this.take();
    const log = new FetchLog();
    const proxy =
      mode === 'proxy' ? new ForwardProxy({ ...this.options, log }) : undefined;
    namespace.serve(proxy && (socket => proxy.accept(socket)));
    let held = true;
    return {
      kind: 'joined',
      descriptor: namespace.descriptor,
      env: proxy ? proxyEnvironment() : [],
      resolver: '',
      fetched: () => log.list(),
      release: async () => {
        if (!held) return;
        held = false;
        namespace.serve(undefined);
        proxy?.close();
        if (this.closed) return;
        this.free.push(namespace);
      },
    };
  }

  private async take(): Promise<NetworkNamespace> {
    const free = this.free.pop();
    if (free) return free;
    const ahead = this.ahead;
    this.ahead = undefined;
    return ahead ?? this.create();
  }

  private async create(): Promise<NetworkNamespace> {
    const namespace = await NetworkNamespace.create();
    this.all.add(namespace);
    return namespace;
  }
}

/** In both spellings: programs do not agree. What the step has of the same names is replaced, for nothing else is reachable. */
function proxyEnvironment(): string[] {
  const proxy = `http://127.0.0.1:${proxyPort}`;
  const none = 'localhost,127.0.0.1,::1';
  const values = {
    http_proxy: proxy,
    https_proxy: proxy,
    no_proxy: none,
  };
  return Object.entries(values).flatMap(([name, value]) => [
    `${name}=${value}`,
    `${name.toUpperCase()}=${value}`,
  ]);
}

function hostNetwork(): StepNetwork {
  return {
    kind: 'host',
    env: [],
    resolver: readFileSync('/etc/resolv.conf', 'utf8'),
    fetched: () => [],
    release: async () => undefined,
  };
}
