/**
 * The keeper: process 1 of a step's outer process namespace, which the step can
 * neither see nor signal. It dies with the builder (`unshare --kill-child`), and
 * with it, by the kernel's hand, everything the step has started. It says its
 * process id on descriptor 3, mounts the step's filesystem, waits for the step,
 * says how it ended (128 + n for a signal, as shells do), and stays until
 * descriptor 3 is closed: so long the filesystem can be looked at through
 * `/proc/PID/root`.
 *
 * Arguments: folder of the step, options of its overlay, two pipes for what it
 * prints, program, arguments.
 */
export const keeperScript = `
exec 4>&-
read -r pid rest </proc/self/stat && echo "keeper $pid" >&3
cd -P "$1" &&
  mount --no-mtab --no-canonicalize -t overlay -o "$2" overlay "$1/root" 2>setup.log || {
  echo "failed mount its filesystem" >&3
  exit 125
}
out=$3 err=$4
shift 4
"$@" >"$out" 2>"$err"
code=$?
echo "ended $code" >&3
read -r line <&3
exit 0
`;

/**
 * Makes a step's filesystem its root and runs its program. Constant: what varies
 * comes as an argument or in a file. The program with its arguments and its
 * environment comes in a file of its own (\`set -- 'word' …\`), because arguments
 * of a process can be read by every user of the machine.
 *
 * The new root is *moved* onto \`/\` before \`chroot\`: from there no way leads back
 * (\`..\` of a mount on the namespace's own root is that mount), and this shell
 * still finds the machine's programs, because its own root is the one below. The
 * working directory is entered before, while mounts that others may write to
 * still refuse symlinks: one that points at \`/…\` would lead to the machine's.
 *
 * Arguments: folder of the step, number of control group files, these files,
 * host name, working directory relative to the root, file with the command,
 * number of files to be made as mount points inside other mounts, these files.
 */
export const enterScript = `
exec 4>&2 2>"$1/setup.log"
fail() {
  echo "failed $1" >&3
  exit 125
}
umask 022
count=$2 folder=$1
shift 2
while [ "$count" -gt 0 ]; do
  echo 0 >"$1" || fail "join a control group"
  shift
  count=$((count - 1))
done
cd -P "$folder" || fail "enter the folder of the step"
mount --all --no-mtab --no-canonicalize --fstab ./fstab || fail "mount what belongs to its filesystem"
name=$1 directory=$2 command=$3 count=$4
shift 4
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
exec <./root/dev/null || fail "open /dev/null"
cd -P "./root/$directory" || fail "enter its working directory"
if [ -e "$folder/fstab.last" ]; then
  mount --all --no-mtab --no-canonicalize --fstab "$folder/fstab.last" || fail "finish its mounts"
fi
mount --no-mtab --no-canonicalize --move "$folder/root" / || fail "make its filesystem the root"
. "$command" || fail "read its command"
echo "started" >&3
exec 3>&- 2>&4 4>&-
exec "$@"
`;

/**
 * The keeper where no namespaces can be made: starts the program and says how it
 * ended, no more.
 *
 * Arguments: file with the command, two pipes for what it prints.
 */
export const plainKeeperScript = `
exec 4>&-
read -r pid rest </proc/self/stat && echo "keeper $pid" >&3
out=$2 err=$3
umask 022
. "$1" || { echo "failed read its command" >&3; exit 125; }
echo "started" >&3
"$@" >"$out" 2>"$err" 3>&-
code=$?
echo "ended $code" >&3
read -r line <&3
exit 0
`;
