import { createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import { isOciError, parseRepository, sha256 } from '@buildog/oci';
import type { Digest, RegistryClient, Repository } from '@buildog/oci';
import type { ImageSigner } from '../ImageSigner';
import { ReleaseError } from '../ReleaseError';
import { releaseReason } from '../releaseReason';
import type { VerifiedImage } from '../Releaser';
import { CosignKeyError } from './CosignKeyError';
import { readPrivateKey } from './readPrivateKey';
import {
  composeSignatureManifest,
  readSignatureLayers,
  signatureLayer,
  signatureTag,
} from './signatureManifest';
import type { SignatureLayer } from './signatureManifest';
import {
  isPayloadFor,
  SIGNATURE_ANNOTATION,
  simpleSigningPayload,
} from './simpleSigning';

const MAX_PAYLOAD_BYTES = 65_536;

/** What a {@link CosignKeySigner} is made from. */
export interface CosignKeySignerOptions {
  client: RegistryClient;
  /** PEM of the private key. */
  key: string;
  password?: string;
  /** PEM of the public key to verify with; derived when absent. */
  publicKey?: string;
  /** What people see of the key. */
  name: string;
}

/**
 * Signs as `cosign sign --key --tlog-upload=false` does: a simple-signing
 * payload, ECDSA P-256 with SHA-256, in a manifest tagged
 * `sha256-<digest>.sig`, which cosign 2 and 3 verify with `--key` and
 * `--insecure-ignore-tlog`.
 */
export class CosignKeySigner implements ImageSigner {
  readonly name: string;
  readonly publicKey: string;
  readonly #client: RegistryClient;
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  /**
   * Reads the key pair.
   * @throws CosignKeyError, also when the public key is another key's.
   */
  static async create(
    options: CosignKeySignerOptions,
  ): Promise<CosignKeySigner> {
    const key = await readPrivateKey(options.key, options.password);
    const derived = createPublicKey(key);
    if (options.publicKey !== undefined) {
      const given = readPublicKey(options.publicKey);
      if (!given.equals(derived)) {
        throw new CosignKeyError(
          'the configured public key belongs to another private key',
        );
      }
    }
    return new CosignKeySigner(options, key, derived);
  }

  private constructor(
    options: CosignKeySignerOptions,
    key: KeyObject,
    publicKey: KeyObject,
  ) {
    this.#client = options.client;
    this.#private = key;
    this.#public = publicKey;
    this.name = options.name;
    this.publicKey = publicKey
      .export({ format: 'pem', type: 'spki' })
      .toString();
  }

  async sign(
    image: VerifiedImage,
    options: { annotations: Record<string, string>; signal: AbortSignal },
  ): Promise<void> {
    const { signal } = options;
    const repository = parseRepository(image.repository);
    const existing = await this.#readLayers(repository, image.digest, signal);
    if (await this.#anyValid(repository, image.digest, existing, signal)) {
      return;
    }
    const payload = simpleSigningPayload(
      image.repository,
      image.digest,
      options.annotations,
    );
    const layer = signatureLayer(
      payload,
      sign('sha256', payload, this.#private),
    );
    // Other keys' signatures stay: they are somebody's proof.
    const { config, manifest } = composeSignatureManifest([...existing, layer]);
    await this.#putBlob(repository, sha256(payload), payload, signal);
    await this.#putBlob(repository, config.digest, config.bytes, signal);
    await this.#client.putManifest(
      { ...repository, tag: signatureTag(image.digest) },
      manifest,
      { signal },
    );
    const now = await this.#readLayers(repository, image.digest, signal);
    if (await this.#anyValid(repository, image.digest, now, signal)) return;
    throw new ReleaseError(
      releaseReason(
        'SigningFailed',
        `The registry does not give back the signature of ${image.repository}@${image.digest} that was just put there.`,
      ),
      { retryable: true },
    );
  }

  async #readLayers(
    repository: Repository,
    digest: string,
    signal: AbortSignal,
  ): Promise<SignatureLayer[]> {
    try {
      const { bytes } = await this.#client.getManifest(
        { ...repository, tag: signatureTag(digest) },
        { signal, from: 'origin' },
      );
      return readSignatureLayers(bytes);
    } catch (error) {
      if (isOciError(error, 'notFound')) return [];
      throw error;
    }
  }

  /** Whether one of the layers is this key's signature of that digest. */
  async #anyValid(
    repository: Repository,
    digest: string,
    layers: SignatureLayer[],
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const layer of layers) {
      const signature = layer.annotations?.[SIGNATURE_ANNOTATION];
      if (!signature || layer.size > MAX_PAYLOAD_BYTES) continue;
      const payload = await this.#client
        .getBlobBytes(repository, layer, { signal, from: 'origin' })
        .catch(error => {
          if (isOciError(error, 'notFound')) return undefined;
          throw error;
        });
      if (!payload || !isPayloadFor(payload, digest)) continue;
      const bytes = Buffer.from(signature, 'base64');
      if (verify('sha256', payload, this.#public, bytes)) return true;
    }
    return false;
  }

  async #putBlob(
    repository: Repository,
    digest: Digest,
    bytes: Buffer,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#client.putBlob(
      repository,
      { digest, size: bytes.length, open: () => Readable.from([bytes]) },
      { signal },
    );
  }
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new CosignKeyError('the configured public key is no PEM public key');
  }
}
