import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { request } from 'undici';
import { digestOf, DigestAlgorithm, sha256 } from '../digest/Digest';
import { mediaTypes } from '../model/mediaTypes';
import { RegistryProcess } from '../testing/RegistryProcess';
import { temporaryDirectory } from '../testing/writeLayout';

/** Number of kills, and how many answers come before each. */
const ANSWERS = [1, 3, 10, 25, 40];

async function send(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: string,
) {
  const answer = await request(url, {
    method,
    body,
    headers: { 'content-type': mediaTypes.ociManifest },
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, bytes };
}

/** Pushes images without end until the registry is gone; notes what it answered. */
async function pushUntilGone(
  url: string,
  worker: string,
  noted: (path: string) => void,
): Promise<void> {
  const repository = `${url}/v2/a`;
  const put = async (path: string, body: string, kind: 'PUT' | 'POST') => {
    const { status } = await send(kind, `${repository}/${path}`, body);
    expect(status).toBe(201);
  };
  try {
    for (let i = 0; ; i++) {
      const text = JSON.stringify({ worker, i });
      const digest = sha256(text);
      await put(`blobs/uploads/?digest=${digest}`, text, 'POST');
      noted(`blobs/${digest}`);
      const manifest = JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: mediaTypes.ociConfig, digest, size: text.length },
        layers: [],
        subject: { mediaType: mediaTypes.ociManifest, digest, size: 1 },
      });
      await put(`manifests/${worker}`, manifest, 'PUT');
      noted(`manifests/${sha256(manifest)}`);
      noted(`manifests/${worker}`);
    }
  } catch (error) {
    // The connection broke; anything else is a failure of the registry.
    if (error instanceof Error && 'matcherResult' in error) throw error;
  }
}

describe('a registry that is killed', () => {
  let root: string;
  let running: RegistryProcess | undefined;
  beforeEach(async () => {
    root = await temporaryDirectory();
  });
  afterEach(async () => {
    await running?.kill();
    await rm(root, { recursive: true });
  });

  it('has everything it answered for, and nothing broken', async () => {
    const answered = new Set<string>();
    for (const [round, answers] of ANSWERS.entries()) {
      const registry = await RegistryProcess.start(root);
      running = registry;
      const { url } = registry;
      let left = answers;
      await new Promise<void>((resolve, reject) => {
        const noted = (path: string) => {
          answered.add(path);
          left -= 1;
          if (left === 0) registry.kill().catch(reject);
        };
        Promise.all(
          ['x', 'y', 'z'].map(name =>
            pushUntilGone(url, `${name}${round}`, noted),
          ),
        ).then(() => resolve(), reject);
      });
    }
    running = await RegistryProcess.start(root);
    const { url } = running;
    expect(answered.size).toBeGreaterThan(50);
    for (const path of answered) {
      const { status } = await send('GET', `${url}/v2/a/${path}`);
      expect({ path, status }).toEqual({ path, status: 200 });
    }
    for (const path of [...answered].filter(each => each.includes(':'))) {
      const { bytes } = await send('GET', `${url}/v2/a/${path}`);
      expect(sha256(bytes)).toBe(path.split('/')[1]);
    }
    const list = await send('GET', `${url}/v2/a/tags/list`);
    for (const tag of JSON.parse(list.bytes.toString()).tags) {
      const { status, bytes } = await send(
        'GET',
        `${url}/v2/a/manifests/${tag}`,
      );
      expect(status).toBe(200);
      const subject = JSON.parse(bytes.toString()).subject.digest;
      const found = await send('GET', `${url}/v2/a/referrers/${subject}`);
      expect(found.bytes.toString()).toContain(sha256(bytes));
    }
    const blobs = join(root, 'blobs');
    for (const entry of await readdir(blobs, {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!entry.isFile()) continue;
      const [algorithm, , hex] = relative(
        blobs,
        join(entry.parentPath, entry.name),
      ).split('/');
      const bytes = await readFile(join(entry.parentPath, entry.name));
      expect(digestOf(algorithm as DigestAlgorithm, bytes)).toBe(
        `${algorithm}:${hex}`,
      );
    }
  }, 60_000);

  it('leaves its root to the next one, which nobody else gets', async () => {
    running = await RegistryProcess.start(root);
    await expect(RegistryProcess.start(root)).rejects.toThrow('did not start');
    await running.kill();
    running = await RegistryProcess.start(root);
    expect((await send('GET', `${running.url}/v2/`)).status).toBe(200);
  }, 30_000);
});
