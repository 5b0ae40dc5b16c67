import type { IncomingMessage, ServerResponse } from 'node:http';
import { AccessGuard, WantedAccess } from './AccessGuard';
import { Exchange, sendEmpty, wrongMethod } from './Exchange';
import { RegistryFault, sendFault } from './RegistryFault';
import type { RegistryLogger } from './RegistryOptions';
import { parseRoute, Route } from './route';
import { serveBlob } from './serveBlob';
import { serveCatalog, serveReferrers, serveTags } from './serveLists';
import { serveManifest } from './serveManifest';
import { serveUpload, serveUploads } from './serveUploads';
import type { RegistryStore } from './storage/RegistryStore';

/** Answers requests of the distribution specification, one after the other or many at once. */
export class RequestHandler {
  constructor(
    private readonly store: RegistryStore,
    private readonly guard: AccessGuard,
    private readonly logger?: RegistryLogger,
  ) {}

  /** Answers a request. Never throws. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    response.setHeader('x-content-type-options', 'nosniff');
    try {
      await this.serve(request, response);
    } catch (error) {
      this.fail(request, response, error);
    }
  }

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = '', url = '' } = request;
    const [pathname, query] = split(url);
    // Who may do nothing learns nothing, not even which paths are valid.
    const isRead = method === 'GET' || method === 'HEAD';
    const isPing = pathname === '/v2/' || pathname === '/v2';
    this.guard.check(request, wantedBy(isPing, isRead));
    const exchange: Exchange = {
      store: this.store,
      request,
      response,
      method,
      query: new URLSearchParams(query),
    };
    await dispatch(exchange, parseRoute(pathname));
  }

  private fail(
    { method, url = '' }: IncomingMessage,
    response: ServerResponse,
    error: unknown,
  ): void {
    // The client is gone, or sees by the cut that the body is not whole.
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (error instanceof RegistryFault) {
      sendFault(response, error);
      return;
    }
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    // The query may hold what a client calls a secret; a path never does.
    this.logger?.error(
      `embedded registry: ${method} ${split(url)[0]} failed: ${
        error instanceof Error ? error.message : code
      }`,
    );
    sendFault(
      response,
      code === 'ENOSPC' || code === 'EDQUOT'
        ? new RegistryFault(507, 'UNKNOWN', 'the disk of the registry is full')
        : new RegistryFault(500, 'UNKNOWN', 'the registry failed; see its log'),
    );
  }
}

function wantedBy(isPing: boolean, isRead: boolean): WantedAccess {
  if (isPing) return 'ping';
  return isRead ? 'pull' : 'push';
}

function dispatch(exchange: Exchange, route: Route): Promise<void> {
  switch (route.kind) {
    case 'ping':
      return servePing(exchange);
    case 'catalog':
      return serveCatalog(exchange);
    case 'tags':
      return serveTags(exchange, route.repository);
    case 'manifest':
      return serveManifest(exchange, route.repository, route.target);
    case 'blob':
      return serveBlob(exchange, route.repository, route.digest);
    case 'uploads':
      return serveUploads(exchange, route.repository);
    case 'upload':
      return serveUpload(exchange, route.repository, route.id);
    default:
      return serveReferrers(exchange, route.repository, route.digest);
  }
}

async function servePing({ method, response }: Exchange): Promise<void> {
  if (!/^(GET|HEAD)$/.test(method)) throw wrongMethod('GET, HEAD');
  sendEmpty(response, 200);
}

function split(url: string): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}
