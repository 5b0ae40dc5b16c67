const longest = 120;

/** Replaces user name and password in addresses: those never go into a message, a log or an image. */
export function redactUserInfo(text: string): string {
  return text.replace(
    /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"']*@/gi,
    '$1***@',
  );
}

/** A step as it is shown in errors: one line, without user info in addresses, cut when it is long. */
export function summarize(source: string): string {
  const line = redactUserInfo(source.slice(0, 4096))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** A value in a message: quoted, one line, cut when it is long. */
export function quote(value: string): string {
  return JSON.stringify(summarize(value));
}
