#define _GNU_SOURCE
#include "walls.h"

#include <errno.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

/// System calls that nothing in a sandbox needs, by name, because the headers may not know the newest.
static const char *const refused[] = {
    // Talking to other processes and machines.
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "socketcall",
    "mq_open",
    "mq_unlink",
    "shmget",
    "shmat",
    "msgget",
    "semget",
    "ipc",
    // New programs and processes; `clone` is looked at below.
    "execve",
    "execveat",
    "fork",
    "vfork",
    "memfd_create",
    "memfd_secret",
    "uselib",
    "personality",
    // Other processes: their memory, descriptors and signals.
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "process_mrelease",
    "kcmp",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "tkill",
    "setpgid",
    "setsid",
    "setpriority",
    "move_pages",
    "migrate_pages",
    // System calls by another way, and those known for holes.
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "io_setup",
    "io_submit",
    "userfaultfd",
    "bpf",
    "perf_event_open",
    "keyctl",
    "add_key",
    "request_key",
    "lookup_dcookie",
    "vmsplice",
    "modify_ldt",
    "iopl",
    "ioperm",
    "fanotify_init",
    "inotify_init",
    "inotify_init1",
    // Another view of files.
    "mount",
    "umount",
    "umount2",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "move_mount",
    "fsopen",
    "fsmount",
    "fsconfig",
    "fspick",
    "open_tree",
    "open_tree_attr",
    "mount_setattr",
    "statmount",
    "listmount",
    "open_by_handle_at",
    "name_to_handle_at",
    "quotactl",
    "quotactl_fd",
    "swapon",
    "swapoff",
    "acct",
    "chdir",
    "fchdir",
    // What Landlock does not look at: links, devices, rights, owners, times and attributes of files.
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "mknod",
    "mknodat",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "lchown",
    "fchown",
    "fchownat",
    "utime",
    "utimes",
    "futimesat",
    "utimensat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "setxattrat",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "removexattrat",
    "file_setattr",
    // The machine.
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "syslog",
    "sethostname",
    "setdomainname",
    "settimeofday",
    "stime",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "vhangup",
    "nfsservctl",
    // Other users, and limits that are set by now.
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setfsuid",
    "setfsgid",
    "setgroups",
    "capset",
    "setrlimit",
};

/// Has the system call `name` end with `error` where `condition` holds; one that the machine does not have is fine.
static int refuse_where(scmp_filter_ctx filter, const char *name, int error, struct scmp_arg_cmp condition) {
  int call = seccomp_syscall_resolve_name(name);
  if (call == __NR_SCMP_ERROR) return 0;
  return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((uint32_t)error), call, 1, &condition);
}

static int refuse(scmp_filter_ctx filter, const char *name, int error) {
  int call = seccomp_syscall_resolve_name(name);
  return call == __NR_SCMP_ERROR ? 0 : seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((uint32_t)error), call, 0, NULL);
}

static int describe(scmp_filter_ctx filter, int accepts) {
  int result = 0;
  static const char *const accepting[] = {"accept", "accept4"};
  for (size_t index = 0; !accepts && index < sizeof accepting / sizeof *accepting && result == 0; index++)
    result = refuse(filter, accepting[index], EPERM);
  for (size_t index = 0; index < sizeof refused / sizeof *refused && result == 0; index++)
    result = refuse(filter, refused[index], EPERM);
  // A filter cannot look into the record that clone3 is given; the C library then starts threads by clone.
  if (result == 0) result = refuse(filter, "clone3", ENOSYS);
  // Without CLONE_THREAD it is a new process.
  if (result == 0) result = refuse_where(filter, "clone", EPERM, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  static const uint64_t spaces[] = {CLONE_NEWNS,  CLONE_NEWUTS, CLONE_NEWIPC,   CLONE_NEWUSER,
                                    CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP};
  for (size_t index = 0; index < sizeof spaces / sizeof *spaces && result == 0; index++)
    result = refuse_where(filter, "clone", EPERM, SCMP_A0(SCMP_CMP_MASKED_EQ, spaces[index], spaces[index]));
  // Signals to oneself remain: the second Ctrl-C, abort, and limits of time use them.
  static const char *const signals[] = {"kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"};
  for (size_t index = 0; index < sizeof signals / sizeof *signals && result == 0; index++)
    result = refuse_where(filter, signals[index], EPERM, SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid()));
  // Reading limits is fine, setting them is not.
  if (result == 0) result = refuse_where(filter, "prlimit64", EPERM, SCMP_A2(SCMP_CMP_NE, 0));
  // Typing for the user at the terminal.
  if (result == 0) result = refuse_where(filter, "ioctl", EPERM, SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCSTI));
  if (result == 0) result = refuse_where(filter, "ioctl", EPERM, SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCLINUX));
  return result;
}

int walls_has_filter(void) { return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0; }

int walls_filter_calls(int accepts) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == NULL) return -ENOMEM;
  int result = describe(filter, accepts);
  // All threads, should there be others; and no slower code for this process, which runs no code of strangers natively.
  if (result == 0) result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (result == 0) result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
  // As a tree, because a filter runs at every system call.
  if (result == 0) result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (result == 0) result = seccomp_load(filter);
  seccomp_release(filter);
  return result;
}

void walls_filter_version(unsigned version[3]) {
  const struct scmp_version *found = seccomp_version();
  version[0] = found ? found->major : 0;
  version[1] = found ? found->minor : 0;
  version[2] = found ? found->micro : 0;
}
