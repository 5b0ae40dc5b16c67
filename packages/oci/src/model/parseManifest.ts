import { z } from 'zod';
import { OciError } from '../errors/OciError';
import { Descriptor } from './Descriptor';
import {
  indexMediaTypes,
  isIndexMediaType,
  manifestMediaTypes,
  mediaTypes,
} from './mediaTypes';
import { Platform } from './Platform';
import { configSchema, indexSchema, manifestSchema } from './schemas';
import { parseStrictJson } from './strictJson';

/**
 * What a manifest or index says.
 *
 * @public
 */
export type ParsedManifest =
  | { readonly kind: 'index'; readonly manifests: readonly Descriptor[] }
  | {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
      readonly subject?: Descriptor;
    };

/** What an image config says, as far as it matters here. */
export interface ParsedConfig {
  readonly platform?: Platform;
  readonly created?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Number of layers the config speaks of. */
  readonly layerCount: number;
}

/**
 * Reads a manifest or index of a known media type.
 *
 * @throws {@link OciError} `unsupported` for another media type,
 * `invalidManifest` for a document that breaks a rule. No error quotes content.
 * @public
 */
export function parseManifest(
  bytes: Uint8Array,
  mediaType: string,
  what: string,
): ParsedManifest {
  if (isIndexMediaType(mediaType)) {
    return { kind: 'index', manifests: parseIndex(bytes, what, mediaType) };
  }
  if (!manifestMediaTypes.has(mediaType)) {
    throw new OciError(
      'unsupported',
      `${what} has a media type that is neither an image manifest nor an index`,
    );
  }
  const { config, layers, subject, ...rest } = parse(
    manifestSchema,
    bytes,
    what,
  );
  checkMediaType(rest.mediaType, mediaType, what);
  return {
    kind: 'image',
    config,
    layers: layers ?? [],
    ...(subject && { subject }),
  };
}

/** Reads an index; an OCI index need not repeat its media type inside. */
export function parseIndex(
  document: unknown,
  what: string,
  mediaType?: string,
): Descriptor[] {
  const index = parse(indexSchema, document, what);
  if (mediaType !== undefined) {
    checkMediaType(index.mediaType, mediaType, what);
  } else if (
    index.mediaType !== undefined &&
    !indexMediaTypes.has(index.mediaType)
  ) {
    throw invalid(what, 'mediaType is not that of an index');
  }
  return index.manifests ?? [];
}

/** Reads an image config. */
export function parseConfig(bytes: Uint8Array, what: string): ParsedConfig {
  const config = parse(configSchema, bytes, what);
  const { os, architecture, variant } = config;
  const platform: Platform | undefined =
    os && architecture
      ? {
          os,
          architecture,
          ...(variant && { variant }),
          ...(config['os.version'] && { 'os.version': config['os.version'] }),
        }
      : undefined;
  return {
    ...(platform && { platform }),
    ...(config.created && { created: config.created }),
    labels: config.config?.Labels ?? {},
    layerCount: config.rootfs.diff_ids?.length ?? 0,
  };
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  document: unknown,
  what: string,
): z.output<Schema> {
  let json = document;
  if (document instanceof Uint8Array) {
    const strict = parseStrictJson(document);
    if (strict.fault !== undefined) throw invalid(what, strict.fault);
    json = strict.value;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw invalid(what, describe(parsed.error.issues[0]));
  return parsed.data;
}

/** A zod issue in words that hold nothing from the document but known names. */
function describe(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'is not of the right shape';
  const path = issue.path.map(String);
  // What stands below these is a free key: the document's own words.
  const free = path.findIndex(part => /^(annotations|Labels)$/.test(part));
  const known = free < 0 ? path : path.slice(0, free + 1);
  const field = known.join('.').replace(/\.(\d+)/g, '[$1]') || 'the document';
  return `${field} ${
    issue.code === 'custom' ? issue.message : 'is missing or not allowed'
  }`;
}

function checkMediaType(
  inside: string | undefined,
  outside: string,
  what: string,
): void {
  // Docker's types are always written inside; OCI's may be left out.
  const mayBeAbsent =
    outside === mediaTypes.ociIndex || outside === mediaTypes.ociManifest;
  if (inside === outside || (inside === undefined && mayBeAbsent)) return;
  throw invalid(what, 'mediaType is not the one it was announced with');
}

function invalid(what: string, reason: string): OciError {
  return new OciError('invalidManifest', `${what}: ${reason}`);
}
