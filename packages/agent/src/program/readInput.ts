import { open } from 'node:fs/promises';
import type { z } from 'zod';
import { PROTOCOL_VERSION } from '../protocol';
import { AgentError } from './AgentError';
import { systemCode } from './toAgentError';

const INPUT_LIMIT_BYTES = 1_048_576;

/**
 * Reads and checks an input file.
 *
 * @throws AgentError `ProtocolUnsupported` before anything else is looked at
 * when the version is another; `InputInvalid` naming the field otherwise.
 */
export async function readInput<T extends z.ZodType>(
  path: string,
  schema: T,
): Promise<z.output<T>> {
  const value = parseJson(await readText(path), path);
  const version =
    typeof value === 'object' && value !== null && 'protocolVersion' in value
      ? value.protocolVersion
      : undefined;
  if (version !== PROTOCOL_VERSION) {
    throw new AgentError(
      'ProtocolUnsupported',
      `${path}: protocolVersion must be ${PROTOCOL_VERSION}, not ${JSON.stringify(
        version,
      )?.slice(0, 40)}: use an agent image of the controller's version.`,
    );
  }
  return check(value, schema, path, 'InputInvalid');
}

/**
 * Reads and checks a credential file. Messages name fields, never values.
 *
 * @throws AgentError `CredentialInvalid`
 */
export async function readCredential<T extends z.ZodType>(
  path: string,
  schema: T,
): Promise<z.output<T>> {
  try {
    return check(
      parseJson(await readText(path), path),
      schema,
      path,
      'CredentialInvalid',
    );
  } catch (error) {
    if (error instanceof AgentError && error.code === 'InputInvalid') {
      throw new AgentError('CredentialInvalid', error.message);
    }
    throw error;
  }
}

/** Reads a small text file, or says in one sentence why it can't. */
export async function readText(path: string): Promise<string> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    throw new AgentError(
      'InputInvalid',
      `${path} cannot be read (${
        systemCode(error) ?? 'unknown error'
      }): is it mounted?`,
      { cause: error },
    );
  }
  try {
    const { size } = await file.stat();
    if (size > INPUT_LIMIT_BYTES) {
      throw new AgentError('InputInvalid', `${path} is larger than 1 MiB.`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and that may be a secret.
    throw new AgentError('InputInvalid', `${path} is not JSON.`);
  }
}

function check<T extends z.ZodType>(
  value: unknown,
  schema: T,
  path: string,
  code: 'InputInvalid' | 'CredentialInvalid',
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue.path.join('.') || '(root)';
  throw new AgentError(code, `${path}: ${field}: ${issue.message}`);
}
