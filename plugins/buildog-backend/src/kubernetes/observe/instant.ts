/**
 * A Kubernetes time. The types of `@kubernetes/client-node` say `Date`, the
 * wire says RFC 3339; both are read. The zero time that the kubelet writes
 * for "unknown" is `undefined`.
 */
export function instant(value: Date | string | undefined): Date | undefined {
  if (value === undefined || value === null) return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? undefined : date;
}
