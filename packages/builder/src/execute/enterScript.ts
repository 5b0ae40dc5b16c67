/**
 * The keeper: process 1 of a step's outer process namespace, which the step can
 * neither see nor signal. It dies with the builder (`unshare --kill-child`), and
 * with it, by the kernel's hand, everything the step has started. It says its
 * process id on descriptor 3, joins the step's control groups, and turns the
 * end by a signal into 128 + n, as shells do.
 *
 * Arguments: number of control group files, these files, program, arguments.
 */
export const keeperScript = `
read -r pid rest </proc/self/stat && echo "keeper $pid" >&3
count=$1
shift
while [ "$count" -gt 0 ]; do
  echo 0 >"$1" || { echo "failed join a control group" >&3; exit 125; }
  shift
  count=$((count - 1))
done
"$@"
exit $?
`;

/**
 * Makes a step's filesystem its root and runs its program. Constant: everything
 * that varies comes as an argument or in a file, so nothing an author writes is
 * ever read as shell.
 *
 * The new root is *moved* onto \`/\` before \`chroot\`: from there no way leads back
 * (\`..\` of a mount on the namespace's own root is that mount), and this shell
 * still finds the machine's programs, because its own root is the one below. The
 * working directory is entered before, while mounts that others may write to
 * still refuse symlinks: one that points at \`/…\` would lead to the machine's.
 *
 * Arguments: folder of the step, host name, program that brings the loopback up
 * (or nothing), working directory relative to the root, number of files to be
 * made as mount points inside other mounts, these files, program, arguments.
 */
export const enterScript = `
exec 4>&2 2>"$1/setup.log"
fail() {
  echo "failed $1" >&3
  exit 125
}
umask 022
cd -P "$1" || fail "enter the folder of the step"
mount --all --no-mtab --no-canonicalize --fstab ./fstab || fail "mount its filesystem"
folder=$1 name=$2 loopback=$3 directory=$4 count=$5
shift 5
while [ "$count" -gt 0 ]; do
  [ -e "$1" ] || : >"$1" || fail "make a mount point"
  shift
  count=$((count - 1))
done
if [ -e ./fstab.inner ]; then
  mount --all --no-mtab --no-canonicalize --fstab ./fstab.inner || fail "mount inside another mount"
fi
if [ -n "$name" ]; then
  { echo "$name" >/proc/sys/kernel/hostname; } 2>/dev/null || hostname "$name" || :
fi
if [ -n "$loopback" ]; then
  "$loopback" link set lo up || fail "bring its loopback interface up"
fi
exec <./root/dev/null || fail "open /dev/null"
cd -P "./root/$directory" || fail "enter its working directory"
if [ -e "$folder/fstab.last" ]; then
  mount --all --no-mtab --no-canonicalize --fstab "$folder/fstab.last" || fail "finish its mounts"
fi
mount --no-mtab --no-canonicalize --move "$folder/root" / || fail "make its filesystem the root"
echo "started" >&3
exec 3>&- 2>&4 4>&-
exec "$@"
`;
