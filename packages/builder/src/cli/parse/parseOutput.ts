import type { OutputOptions } from '../../build/BuildOptions';
import { badFlag, parseFields } from './parsePair';

const FLAG = '--output';

/** Where the short forms put things when no destination is given. */
export interface OutputDefaults {
  /** Folder or file name without extension, from the first tag. */
  readonly name: string;
}

/**
 * Reads `-o`: the short forms `image`, `tar`, `local`, `multiarch`, a path alone
 * (a folder of files; `-` is a tar archive on standard output), or
 * `type=…,dest=…` as docker has it.
 */
export function parseOutput(
  text: string,
  { name }: OutputDefaults,
): OutputOptions {
  switch (text) {
    case 'image':
    case 'multiarch':
      return { type: 'oci', destination: `${name}.oci`, tar: false };
    case 'tar':
      return { type: 'docker', destination: `${name}.tar` };
    case 'local':
      return { type: 'local', destination: `${name}.files` };
    case '-':
      return { type: 'tar', destination: '-' };
    default:
  }
  if (!text.includes('=')) return { type: 'local', destination: text };
  const fields = parseFields(FLAG, text, [
    'type',
    'dest',
    'name',
    'push',
    'tar',
  ]);
  const type = fields.get('type') ?? 'local';
  const destination = fields.get('dest');
  if (type === 'registry' || type === 'image') {
    if (type === 'image' && fields.get('push') !== 'true') {
      throw badFlag(
        FLAG,
        text,
        'there is no daemon that could keep an image: write type=oci,dest=FOLDER, or push it (type=registry)',
      );
    }
    return { type: 'registry' };
  }
  if (destination === undefined || destination === '') {
    throw badFlag(FLAG, text, 'add dest=PATH');
  }
  switch (type) {
    case 'oci':
      return {
        type,
        destination,
        tar: fields.get('tar') === 'true' || destination.endsWith('.tar'),
      };
    case 'docker':
    case 'local':
    case 'tar':
      return { type, destination };
    default:
      throw badFlag(
        FLAG,
        text,
        `${JSON.stringify(type)} is none of oci, docker, local, tar, registry`,
      );
  }
}
