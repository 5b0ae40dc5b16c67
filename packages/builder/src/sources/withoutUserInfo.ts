/** An address that may be shown: without user info, query and fragment. */
export function withoutUserInfo(address: string): string {
  if (!URL.canParse(address)) {
    return address.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/s, '');
  }
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}
