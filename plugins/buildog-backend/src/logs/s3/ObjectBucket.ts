import type { S3Client } from '@aws-sdk/client-s3';

/** Where a bucket is, and who asks. */
export interface ObjectBucketOptions {
  bucket: string;
  region?: string;
  endpoint?: string;
  forcePathStyle?: boolean;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** An object as a listing has it. */
export interface ListedObject {
  key: string;
  size: number;
}

/** Most keys of one deletion, by the S3 API. */
const DELETE_LIMIT = 1000;

/**
 * A bucket, in the five verbs that logs need. The SDK is loaded with the
 * first request: it costs a backend some 35 MB of memory.
 */
export class ObjectBucket {
  private client: S3Client | undefined;

  constructor(private readonly options: ObjectBucketOptions) {}

  /**
   * Writes an object.
   *
   * @returns `false` when `ifAbsent` was asked for and the key was taken.
   */
  async put(
    key: string,
    bytes: Uint8Array,
    options: { ifAbsent: boolean } = { ifAbsent: false },
  ): Promise<boolean> {
    const { client, sdk } = this.open();
    try {
      await client.send(
        new sdk.PutObjectCommand({
          Bucket: this.options.bucket,
          Key: key,
          Body: bytes,
          ...(options.ifAbsent && { IfNoneMatch: '*' }),
        }),
      );
      return true;
    } catch (error) {
      // 409 is a second write of the same key that is under way.
      if (options.ifAbsent && [409, 412].includes(statusOf(error) ?? 0)) {
        return false;
      }
      throw error;
    }
  }

  /** An object, or `length` bytes of it from `start`; `undefined` when there is none. */
  async get(
    key: string,
    range?: { start: number; length: number },
  ): Promise<Uint8Array | undefined> {
    const { client, sdk } = this.open();
    try {
      const { Body } = await client.send(
        new sdk.GetObjectCommand({
          Bucket: this.options.bucket,
          Key: key,
          ...(range && {
            Range: `bytes=${range.start}-${range.start + range.length - 1}`,
          }),
        }),
      );
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** Every object below a prefix, in the order of keys, after `after`. */
  async list(
    prefix: string,
    options: { after?: string; limit?: number } = {},
  ): Promise<ListedObject[]> {
    const { client, sdk } = this.open();
    const found: ListedObject[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new sdk.ListObjectsV2Command({
          Bucket: this.options.bucket,
          Prefix: prefix,
          StartAfter: options.after,
          ContinuationToken: token,
          MaxKeys: options.limit,
        }),
      );
      for (const { Key, Size } of page.Contents ?? []) {
        if (Key !== undefined) found.push({ key: Key, size: Size ?? 0 });
      }
      token = page.NextContinuationToken;
    } while (token && !(options.limit && found.length >= options.limit));
    return options.limit ? found.slice(0, options.limit) : found;
  }

  async remove(keys: string[]): Promise<void> {
    const { client, sdk } = this.open();
    for (let start = 0; start < keys.length; start += DELETE_LIMIT) {
      const { Errors } = await client.send(
        new sdk.DeleteObjectsCommand({
          Bucket: this.options.bucket,
          Delete: {
            Quiet: true,
            Objects: keys
              .slice(start, start + DELETE_LIMIT)
              .map(key => ({ Key: key })),
          },
        }),
      );
      if (Errors?.length) {
        throw new Error(
          `${Errors.length} objects could not be deleted: ${Errors[0].Code}`,
        );
      }
    }
  }

  private open() {
    // Not `import()`: jest runs without modules, and Node reads both alike.
    const sdk =
      require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');
    this.client ??= new sdk.S3Client({
      region: this.options.region ?? 'us-east-1',
      endpoint: this.options.endpoint,
      forcePathStyle:
        this.options.forcePathStyle ?? this.options.endpoint !== undefined,
      credentials: this.options.credentials,
      // Other servers than Amazon's do not know the SDK's own checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return { sdk, client: this.client };
  }
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
