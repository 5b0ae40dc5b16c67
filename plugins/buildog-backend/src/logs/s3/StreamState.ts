import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { ObjectBucket } from './ObjectBucket';
import { numberOf, streamKeys } from './streamKeys';

/** A run of bytes in one object. */
export interface StreamPiece {
  key: string;
  offset: number;
  size: number;
}

/** `manifest.json`. */
export interface StreamManifest {
  size: number;
  complete: boolean;
  truncated: boolean;
  purged: boolean;
  /** Where the bytes are, once nothing is added any more. */
  pieces?: StreamPiece[];
}

/** What the bucket says about a stream. */
export interface StreamState extends StreamManifest {
  pieces: StreamPiece[];
  /** Nothing was ever written. */
  absent: boolean;
}

/**
 * Asks the bucket. Chunks that are `known` already are not listed again: they
 * never change.
 */
export async function loadStream(
  bucket: ObjectBucket,
  prefix: string,
  key: LogStreamKey,
  known: StreamPiece[] = [],
): Promise<StreamState> {
  const keys = streamKeys(prefix, key);
  const [manifest, listed] = await Promise.all([
    readManifest(bucket, keys.manifest),
    bucket.list(keys.chunkPrefix, { after: known.at(-1)?.key }),
  ]);
  if (manifest?.pieces || manifest?.purged) {
    return { ...manifest, pieces: manifest.pieces ?? [], absent: false };
  }
  const pieces = [
    ...known,
    ...listed.map(({ key: name, size }) => ({
      key: name,
      offset: numberOf(name),
      size,
    })),
  ];
  const last = pieces.at(-1);
  return {
    size: last ? last.offset + last.size : 0,
    complete: manifest?.complete ?? false,
    truncated: manifest?.truncated ?? false,
    purged: false,
    pieces,
    absent: manifest === undefined && pieces.length === 0,
  };
}

/** Replaces what is known of a stream. */
export async function writeManifest(
  bucket: ObjectBucket,
  prefix: string,
  key: LogStreamKey,
  manifest: StreamManifest,
): Promise<void> {
  await bucket.put(
    streamKeys(prefix, key).manifest,
    Buffer.from(JSON.stringify(manifest)),
  );
}

async function readManifest(
  bucket: ObjectBucket,
  key: string,
): Promise<StreamManifest | undefined> {
  const bytes = await bucket.get(key);
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as StreamManifest);
}
