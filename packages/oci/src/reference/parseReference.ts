import { Digest, isDigest } from '../digest/Digest';
import { invalidReference } from './invalidReference';
import { parseRegistry } from './parseRegistry';
import { Reference, Repository } from './Reference';

/** Longest `registry/path` most registries and clients accept. */
const MAX_NAME_LENGTH = 255;
const MAX_TAG_LENGTH = 128;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const FORBIDDEN = /[^A-Za-z0-9._\-/:@[\]]/;

/**
 * Options of {@link parseReference}.
 *
 * @public
 */
export interface ParseReferenceOptions {
  /**
   * Refuse names without a registry instead of taking them for Docker Hub's.
   * Right for what an administrator configures. Default: false.
   */
  readonly requireRegistry?: boolean;
}

/**
 * Reads an image reference by the grammar of the distribution project, and
 * normalises it as Docker does: `alpine` is `docker.io/library/alpine`, the host
 * is lower case. A tag is not added; see {@link withDefaultTag}.
 *
 * Stricter than Docker in three points: `registry/path` together has at most 255
 * characters (the limit the distribution specification warns of), the port is a
 * real one, and a first component with capital letters but neither dot nor port
 * (`Team/app`) is refused instead of being taken for a host.
 *
 * @throws {@link OciError} `invalidReference`, with `position`
 * @public
 */
export function parseReference(
  text: string,
  options: ParseReferenceOptions = {},
): Reference {
  if (typeof text !== 'string' || text === '') {
    throw invalidReference('', 0, 'it is empty');
  }
  if (text.includes('://')) {
    throw invalidReference(
      text,
      0,
      'it has a scheme; write host/path, without https://',
    );
  }
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) {
    const code = text.codePointAt(forbidden.index) ?? 0;
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    throw invalidReference(
      text,
      forbidden.index,
      `the character U+${hex} is not allowed`,
    );
  }
  const at = text.indexOf('@');
  const nameAndTag = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : checkDigest(text, at + 1);

  const colon = nameAndTag.indexOf(':', nameAndTag.lastIndexOf('/') + 1);
  const name = colon < 0 ? nameAndTag : nameAndTag.slice(0, colon);
  const tag =
    colon < 0 ? undefined : checkTag(text, nameAndTag.slice(colon + 1), colon);

  return {
    ...parseName(text, name, options),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/**
 * Like {@link parseReference}, but refuses a tag or digest.
 *
 * @throws {@link OciError} `invalidReference`, with `position`
 * @public
 */
export function parseRepository(
  text: string,
  options: ParseReferenceOptions = {},
): Repository {
  const { registry, path, tag, digest } = parseReference(text, options);
  if (tag !== undefined || digest !== undefined) {
    const position = /[:@][^/]*$/.exec(text)?.index ?? 0;
    throw invalidReference(
      text,
      position,
      'only a repository is wanted here, without tag or digest',
    );
  }
  return { registry, path };
}

/**
 * Says whether `text` can be a tag: 1 to 128 letters, digits, `_`, `.`, `-`, not
 * starting with `.` or `-`.
 *
 * @public
 */
export function isTag(text: unknown): text is string {
  return typeof text === 'string' && TAG.test(text) && !text.endsWith('\n');
}

function checkTag(text: string, tag: string, colon: number): string {
  if (isTag(tag as unknown)) return tag;
  if (tag === '') throw invalidReference(text, colon, 'the tag is empty');
  if (tag.length > MAX_TAG_LENGTH) {
    throw invalidReference(
      text,
      colon + 1,
      `the tag has ${tag.length} characters, at most ${MAX_TAG_LENGTH} are allowed`,
    );
  }
  throw invalidReference(
    text,
    colon + 1,
    'a tag has letters, digits, "_", "." and "-", and does not start with "." or "-"',
  );
}

function checkDigest(text: string, position: number): Digest {
  const digest = text.slice(position);
  if (isDigest(digest)) return digest;
  throw invalidReference(
    text,
    position,
    'what follows "@" is no digest: expected "sha256:" and 64 lower-case hex digits (or "sha512:" and 128)',
  );
}

function parseName(
  text: string,
  name: string,
  options: ParseReferenceOptions,
): Repository {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasRegistry = /[.:[]/.test(first) || first === 'localhost';
  if (!hasRegistry && options.requireRegistry) {
    throw invalidReference(
      text,
      0,
      'it must start with a registry host, for example registry.example/team/app',
    );
  }
  const registry = hasRegistry ? parseRegistry(first, text) : 'docker.io';
  const offset = hasRegistry ? slash + 1 : 0;
  let path = name.slice(offset);
  checkPath(text, path, offset);
  if (registry === 'docker.io' && !path.includes('/')) {
    if (!hasRegistry && /^[a-f0-9]{64}$/.test(path)) {
      throw invalidReference(
        text,
        0,
        '64 hex digits are an image id, not a name',
      );
    }
    path = `library/${path}`;
  }
  const length = registry.length + 1 + path.length;
  if (length > MAX_NAME_LENGTH) {
    throw invalidReference(
      text,
      MAX_NAME_LENGTH,
      `registry and repository have ${length} characters, at most ${MAX_NAME_LENGTH} are allowed`,
    );
  }
  return { registry, path };
}

function checkPath(text: string, path: string, offset: number): void {
  let position = offset;
  for (const component of path.split('/')) {
    if (component === '') {
      throw invalidReference(
        text,
        position,
        'a part of the repository path is empty',
      );
    }
    if (!COMPONENT.test(component)) {
      const upper = component.search(/[A-Z]/);
      throw invalidReference(
        text,
        position + Math.max(upper, 0),
        upper >= 0
          ? 'repository paths are lower case'
          : 'each part of a repository path has lower-case letters and digits, separated by ".", "_", "__" or "-"',
      );
    }
    position += component.length + 1;
  }
}
