/**
 * Extended attributes that belong to an image: capabilities of files and what
 * users set. Others belong to the machine (SELinux, ACL masks of a mount) or to
 * overlayfs, whose attributes must never come out of an archive.
 */
export function isKeptXattr(name: string): boolean {
  return (
    name === 'security.capability' ||
    (name.startsWith('user.') && !name.startsWith('user.overlay.'))
  );
}
