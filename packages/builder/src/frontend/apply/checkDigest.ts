import { isOciError, parseDigest } from '@buildog/oci';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import { quote } from '../../dockerfile/text/redact';

/**
 * Checks `--checksum` of an http(s) source.
 *
 * @throws SyntaxProblem
 */
export function checkDigest(text: string): string {
  try {
    return parseDigest(text);
  } catch (cause) {
    if (!isOciError(cause)) throw cause;
    throw new SyntaxProblem(
      `--checksum=${quote(
        text,
      )} is no digest; write sha256: and 64 hexadecimal digits`,
      { cause },
    );
  }
}
