import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageLayouts } from '../cluster/images/buildImages.ts';
import { run } from '../cluster/system/run.ts';
import { stackImage } from './stackImage.ts';

/**
 * Makes the first agent image, the one that builds the next: what
 * `deploy/images/agent/Dockerfile` would make of this checkout, by hand.
 *
 * @param root - the repository
 * @returns the folder of its OCI layout, and its nonce
 */
export async function bootstrapAgentImage(
  root: string,
  revision = 'bootstrap',
): Promise<{ layout: string; nonce: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'buildog-agent-'));
  try {
    const script = join(root, 'packages/agent/scripts/bundle.mjs');
    await run(process.execPath, [
      ...[script, '--out', folder, '--revision', revision],
    ]);
    const nonce = (await readFile(join(folder, 'nonce'), 'utf8')).trim();
    const layout = await stackImage({
      base: imageLayouts().agentBase,
      name: `agent-${process.version}-${nonce}`,
      config: {
        User: '65532:65532',
        Entrypoint: ['node', '/usr/share/buildog/agent.js'],
        Cmd: undefined,
      },
      fill: async layer => {
        const share = join(layer, 'usr/share/buildog');
        await mkdir(share, { recursive: true });
        for (const name of ['agent.js', 'nonce']) {
          await copyFile(join(folder, name), join(share, name));
        }
      },
    });
    return { layout, nonce };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
