/**
 * Makes text from outside fit for one line of a log or a message: control,
 * formatting and direction characters become spaces, runs of white space one
 * space, and what is longer than `limit` characters ends in an ellipsis.
 */
export function printable(text: string, limit = 300): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= limit
    ? line
    : `${characters.slice(0, limit).join('')}…`;
}
