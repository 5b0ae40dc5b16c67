// Control characters, and marks that turn the direction of text.
const CONTROL =
  // eslint-disable-next-line no-control-regex -- control characters are the point
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

const LONE_SURROGATE =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A claim of a pod, made fit for a database column and a page: control
 * characters and text direction marks become spaces, lone surrogates go, and
 * it ends after `limit` UTF-16 units. Pure.
 */
export function plainText(text: string, limit: number): string {
  return text
    .slice(0, limit)
    .replace(LONE_SURROGATE, '')
    .replace(CONTROL, ' ')
    .trim();
}
