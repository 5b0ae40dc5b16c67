/**
 * Makes a step's folder its root and becomes its program. Constant: everything
 * that varies comes as an argument or in a file, so nothing anybody writes is
 * read as shell.
 *
 * The new root is moved onto `/` before `chroot`: from there no way leads back,
 * since `..` of what is mounted on the namespace's own root is that mount. This
 * shell still finds the machine's programs, because its root is the one below.
 *
 * Arguments: folder of the step, then what is run inside.
 */
export const ENTER_SCRIPT = `
fail() {
  echo "cannot $1" >&2
  exit 125
}
folder=$1
shift
mount --all --no-mtab --no-canonicalize --fstab "$folder/fstab" >&2 || fail "mount the folders of the step"
mount --no-mtab --no-canonicalize -o remount,bind,ro "$folder/root" >&2 || fail "make the root of the step read-only"
cd -P "$folder/root" || fail "enter the root of the step"
mount --no-mtab --no-canonicalize --move "$folder/root" / >&2 || fail "move the root of the step"
exec "$@"
`;
