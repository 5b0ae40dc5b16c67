import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of a kubeconfig that goes through a relay on loopback. */
export function proxiedKubeconfig(
  path: string,
  port: number,
): { path: string; remove(): void } {
  const config = JSON.parse(readFileSync(path, 'utf8'));
  for (const { cluster } of config.clusters) {
    cluster['tls-server-name'] = new URL(cluster.server).hostname;
    cluster.server = `https://127.0.0.1:${port}`;
  }
  const folder = mkdtempSync(join(tmpdir(), 'buildog-kubeconfig-'));
  const copy = join(folder, 'config');
  writeFileSync(copy, JSON.stringify(config), { mode: 0o600 });
  return {
    path: copy,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
