/**
 * A fresh key for one press of a button: when the request is repeated, the
 * controller still starts one build. `crypto.randomUUID` is missing on pages
 * served over plain http.
 */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
}
