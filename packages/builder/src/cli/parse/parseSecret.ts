import type { SecretSource } from '../../build/BuildOptions';
import { badFlag, parseFields } from './parsePair';

const ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Reads `--secret id=NAME[,src=FILE | ,env=VARIABLE]`; an id alone is the name of a variable or file. */
export function parseSecret(
  text: string,
  env: NodeJS.ProcessEnv,
): { readonly id: string; readonly source: SecretSource } {
  const fields = parseFields('--secret', text, [
    'id',
    'src',
    'source',
    'env',
    'type',
  ]);
  const type = fields.get('type');
  const file = fields.get('src') ?? fields.get('source');
  const id = fields.get('id') ?? '';
  const variable =
    fields.get('env') ??
    (file === undefined && (type === 'env' || env[id] !== undefined)
      ? id
      : undefined);
  if (!ID.test(id)) {
    throw badFlag(
      '--secret',
      text,
      'write id=NAME,src=FILE or id=NAME,env=VARIABLE',
    );
  }
  if (variable !== undefined && file !== undefined) {
    throw badFlag('--secret', text, 'give either src or env');
  }
  return {
    id,
    source: variable === undefined ? { file: file ?? id } : { env: variable },
  };
}

/** Reads `--ssh default|ID[=SOCKET]`. */
export function parseSsh(
  text: string,
  env: NodeJS.ProcessEnv,
): { readonly id: string; readonly socket: string } {
  const equals = text.indexOf('=');
  const id = equals < 0 ? text : text.slice(0, equals);
  const socket = equals < 0 ? env.SSH_AUTH_SOCK : text.slice(equals + 1);
  if (!ID.test(id)) throw badFlag('--ssh', text, 'write default or ID=SOCKET');
  if (!socket) {
    throw badFlag(
      '--ssh',
      text,
      'no agent runs (SSH_AUTH_SOCK is not set): start one, or write ID=SOCKET',
    );
  }
  return { id, socket };
}
