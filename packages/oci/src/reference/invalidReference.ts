import { OciError } from '../errors/OciError';

/**
 * The error for text that is no reference. It quotes the text unless that may
 * hold a password (`user:password@host/…`), and never control characters.
 */
export function invalidReference(
  text: string,
  position: number,
  reason: string,
): OciError {
  const at = text.indexOf('@');
  const quotable = at < 0 || /^@sha(256|512):/.test(text.slice(at));
  const quoted = quotable ? ` ${JSON.stringify(text.slice(0, 300))}` : '';
  return new OciError(
    'invalidReference',
    `image reference${quoted} is not valid at character ${
      position + 1
    }: ${reason}`,
    { position },
  );
}
