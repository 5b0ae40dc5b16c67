/**
 * Takes secrets out of text that another program wrote: the given ones, in
 * clear and base64, and the user part of every URL.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const form of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]) {
      clean = clean.split(form).join('***');
    }
  }
  return clean;
}
