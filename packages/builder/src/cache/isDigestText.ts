import { isDigest, type Digest } from '@buildog/oci';

/** True for the text of a sha256 digest. */
export function isDigestText(text: unknown): text is Digest {
  return isDigest(text) && text.startsWith('sha256:');
}
