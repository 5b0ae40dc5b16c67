import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessGuard } from './AccessGuard';
import { checkBinding } from './checkBinding';
import type { EmbeddedRegistry, RegistryOptions } from './RegistryOptions';
import { RequestHandler } from './RequestHandler';
import { collectGarbage } from './storage/collectGarbage';
import { RegistryStore } from './storage/RegistryStore';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const GIB = 1024 ** 3;

/**
 * Starts a registry in this process, on disk, as the OCI distribution
 * specification 1.1 has it: pull, push, content discovery with referrers, and
 * content management. Meant for one machine: plain http, on loopback unless told
 * otherwise. Bodies are streamed; memory does not depend on their size.
 *
 * @returns once it listens
 * @throws {@link OciError} `invalidConfig`: another process has the root, or it
 * would be open to a network without credentials; and what `listen` throws
 * @public
 */
export async function startRegistry(
  options: RegistryOptions,
): Promise<EmbeddedRegistry> {
  const { host = '127.0.0.1', port = 0, credentials = [], logger } = options;
  const { signal, anonymousPull = false, maxBlobBytes = 64 * GIB } = options;
  const { uploadExpiryMs = 24 * HOUR_MS } = options;
  checkBinding(options);
  signal?.throwIfAborted();

  const store = await RegistryStore.open(options.root, { maxBlobBytes });
  const guard = new AccessGuard(credentials, anonymousPull);
  const handler = new RequestHandler(store, guard, logger);
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const handled = handler.handle(request, response).finally(() => {
      running.delete(handled);
    });
    running.add(handled);
  });
  // A layer may take hours; a connection that is silent for minutes is dead.
  server.requestTimeout = 0;
  server.headersTimeout = MINUTE_MS / 2;
  server.keepAliveTimeout = MINUTE_MS;
  server.setTimeout(5 * MINUTE_MS);
  try {
    await listen(server, host, port);
  } catch (error) {
    await store.close();
    throw error;
  }

  const sweep = () =>
    store.expireUploads(Date.now() - uploadExpiryMs).then(
      expired => {
        if (expired === 0) return;
        logger?.info(`embedded registry: removed ${expired} stale uploads`);
      },
      error =>
        logger?.error(`embedded registry: sweeping failed: ${error.message}`),
    );
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweep();
  }, Math.min(HOUR_MS, uploadExpiryMs));
  timer.unref();

  const end = async () => {
    clearInterval(timer);
    const closed = new Promise(resolve => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await Promise.allSettled([...running, sweeping]);
    await store.close();
  };
  let ended: Promise<void> | undefined;
  const close = () => {
    ended ??= end();
    return ended;
  };
  signal?.addEventListener('abort', () => void close(), { once: true });

  const address = addressOf(server);
  logger?.info(`embedded registry: listening on ${address}`);
  return {
    host: address,
    url: `http://${address}`,
    collectGarbage: garbage => collectGarbage(store, garbage),
    close,
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
