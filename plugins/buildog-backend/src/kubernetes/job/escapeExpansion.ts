/**
 * Keeps Kubernetes from expanding `$(VAR)` in a container's command, args and
 * env values. The kubelet reads `$$` as `$` wherever it stands, and cuts a
 * multi-byte character that follows a single `$` into bytes, so every `$` is
 * doubled, not only those before a parenthesis.
 *
 * @see k8s.io/kubernetes/third_party/forked/golang/expansion
 */
export function escapeExpansion(text: string): string {
  return text.replaceAll('$', '$$$$');
}
