import {
  agentPaths,
  PROTOCOL_VERSION,
  sidecarInputSchema,
  type SidecarInput,
  type SidecarSuccess,
} from '../protocol';
import {
  AgentError,
  createDispatcher,
  readText,
  type Program,
  type ProgramContext,
} from '../program';
import { IngestClient } from './IngestClient';
import { KubeClient } from './KubeClient';
import { transportLogs } from './transportLogs';

/**
 * Follows the logs of the pod's other containers from their first byte and
 * delivers them to the ingest; ends when all of them have ended.
 */
export const sidecar: Program<typeof sidecarInputSchema> = {
  name: 'sidecar',
  inputSchema: sidecarInputSchema,
  credentialPath: agentPaths.ingestToken,
  run: runSidecar,
};

async function runSidecar(
  input: SidecarInput,
  context: ProgramContext,
): Promise<SidecarSuccess> {
  const token = await readToken(context.credentialPath);
  const kube = await KubeClient.fromPod(context.env);
  const dispatcher = createDispatcher({
    caFile: input.caFile,
    proxy: input.proxy,
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
  });
  const ingest = IngestClient.create({ ...input, token, dispatcher });
  try {
    const containers = await transportLogs({
      input,
      kube,
      ingest,
      log: context.log,
      stopping: context.signal,
    });
    return {
      protocolVersion: PROTOCOL_VERSION,
      program: 'sidecar',
      ok: true,
      containers,
    };
  } finally {
    await Promise.all([kube.close(), dispatcher.destroy()]);
  }
}

async function readToken(path: string): Promise<string> {
  const token = (await readText(path)).trim();
  if (/^[\x21-\x7e]{1,8192}$/.test(token)) return token;
  throw new AgentError(
    'CredentialInvalid',
    `${path} holds no token: one line of printable characters.`,
  );
}
