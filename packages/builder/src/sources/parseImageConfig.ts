import { isDigest, type Digest } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { ImageConfig } from '../model/ImageConfig';

/**
 * Reads an image's configuration. Lists and maps that are `null`, as programs in
 * Go write empty ones, are left out.
 *
 * @throws {@link BuilderError} `manifest`
 */
export function parseImageConfig(
  bytes: Uint8Array,
  image: string,
): ImageConfig {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'), (_, inner) =>
      inner === null ? undefined : inner,
    );
  } catch (cause) {
    throw broken(image, 'it is no JSON', cause);
  }
  const { os, architecture, rootfs, config, history } = fieldsOf(value);
  if (typeof os !== 'string' || typeof architecture !== 'string') {
    throw broken(image, 'it names no os or architecture');
  }
  const { diff_ids: diffIds = [] } = fieldsOf(rootfs);
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest)) {
    throw broken(image, 'rootfs.diff_ids are no digests');
  }
  if (config !== undefined) checkRuntime(fieldsOf(config), image);
  if (history !== undefined && !Array.isArray(history)) {
    throw broken(image, 'history is no list');
  }
  return {
    ...fieldsOf(value),
    os,
    architecture,
    rootfs: { type: 'layers', diff_ids: diffIds as Digest[] },
  };
}

const lists = ['Env', 'Entrypoint', 'Cmd', 'Shell', 'OnBuild'];
const texts = ['User', 'WorkingDir', 'StopSignal'];

function checkRuntime(config: Fields, image: string): void {
  for (const name of lists) {
    const list = config[name];
    const fits =
      list === undefined ||
      (Array.isArray(list) && list.every(item => typeof item === 'string'));
    if (!fits) throw broken(image, `config.${name} is no list of texts`);
  }
  for (const name of texts) {
    if (config[name] !== undefined && typeof config[name] !== 'string') {
      throw broken(image, `config.${name} is no text`);
    }
  }
  for (const value of Object.values(fieldsOf(config.Labels))) {
    if (typeof value !== 'string') {
      throw broken(image, 'config.Labels holds what is no text');
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function broken(image: string, why: string, cause?: unknown): BuilderError {
  return new BuilderError(
    'manifest',
    `the configuration of ${image} can not be used: ${why}`,
    { cause },
  );
}
