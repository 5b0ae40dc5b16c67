import type { ServerResponse } from 'node:http';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { FakeApiServer, refuse, type SeenRequest } from './FakeApiServer';

type Stored = {
  metadata: { name: string; uid: string } & Record<string, unknown>;
} & Record<string, unknown>;

/**
 * Jobs, pods and Secrets by name, with lists and watches, as far as the
 * runner's own tests need them. What a real cluster does with them is tested
 * on a real cluster.
 */
export class FakeCluster {
  readonly objects = {
    jobs: new Map<string, Stored>(),
    pods: new Map<string, Stored>(),
    secrets: new Map<string, Stored>(),
    events: new Map<string, Stored>(),
    nodes: new Map<string, Stored>(),
  };
  /** Of a pod's container, `pod/container`; a function is called per request. */
  readonly logs = new Map<string, (response: ServerResponse) => void>();
  readonly server = new FakeApiServer((request, response) =>
    this.answer(request, response),
  );
  private readonly watches = new Map<string, Set<ServerResponse>>();
  private version = 1;

  /** Stores an object and tells the watches. */
  put(
    kind: keyof FakeCluster['objects'],
    object: V1Job | V1Pod | object,
  ): void {
    const stored = JSON.parse(JSON.stringify(object)) as Stored;
    stored.metadata.uid ??= `uid-${stored.metadata.name}`;
    const type = this.objects[kind].has(stored.metadata.name)
      ? 'MODIFIED'
      : 'ADDED';
    this.objects[kind].set(stored.metadata.name, stored);
    this.tell(kind, type, stored);
  }

  remove(kind: keyof FakeCluster['objects'], name: string): void {
    const stored = this.objects[kind].get(name);
    if (!stored) return;
    this.objects[kind].delete(name);
    this.tell(kind, 'DELETED', stored);
  }

  /** `METHOD kind/name` of each request so far, watches and lists left out. */
  changes(): string[] {
    return this.server.requests
      .filter(request => request.method !== 'GET')
      .map(request => {
        const [kind, name] = placeOf(request.path);
        const body = request.body as { metadata?: { name?: string } };
        return `${request.method} ${kind}/${name ?? body?.metadata?.name}`;
      });
  }

  private answer(request: SeenRequest, response: ServerResponse): unknown {
    if (request.path === '/version') return { gitVersion: 'v1.36.3' };
    const [kind, name, sub] = placeOf(request.path);
    const objects = this.objects[kind as keyof FakeCluster['objects']];
    if (!objects) return refuse(response, 404, 'no such resource');
    if (sub === 'log') {
      const key = `${name}/${request.query.get('container')}`;
      const log = this.logs.get(key);
      return log ? void log(response) : refuse(response, 404, 'no such pod');
    }
    if (request.query.get('watch')) return this.watch(kind, response);
    if (request.method === 'POST') {
      const { metadata } = request.body as { metadata: { name: string } };
      if (objects.has(metadata.name)) {
        return refuse(response, 409, `"${metadata.name}" already exists`);
      }
      this.put(kind as 'jobs', request.body as object);
      return objects.get(metadata.name);
    }
    if (!name) {
      return {
        metadata: { resourceVersion: String(this.version) },
        items: [...objects.values()],
      };
    }
    const found = objects.get(name);
    if (!found) return refuse(response, 404, `"${name}" not found`);
    if (request.method === 'DELETE') this.remove(kind as 'jobs', name);
    return found;
  }

  private watch(kind: string, response: ServerResponse): undefined {
    response.flushHeaders();
    const open = this.watches.get(kind) ?? new Set();
    this.watches.set(kind, open.add(response));
    response.on('close', () => open.delete(response));
    return undefined;
  }

  private tell(kind: string, type: string, object: Stored): void {
    this.version += 1;
    object.metadata.resourceVersion = String(this.version);
    for (const response of this.watches.get(kind) ?? []) {
      response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }
}

/** Kind, name and subresource of a path. */
function placeOf(path: string): [string, string | undefined, string?] {
  const parts = path.split('/').filter(Boolean);
  const from = parts.indexOf('namespaces');
  const rest = from >= 0 ? parts.slice(from + 2) : parts.slice(2);
  return [rest[0], rest[1], rest[2]];
}
