// Native code turned against its user: loaded with LD_PRELOAD, it tries to get out of the sandbox when the script calls
// os.difftime, and says on standard error what came of each attempt: "intruder: NAME ERROR", 0 for success.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static _Thread_local const char *place = "";

static void tell(const char *name, long result) {
  int error = result < 0 ? errno : 0;
  dprintf(STDERR_FILENO, "intruder: %s%s %s\n", place, name, error ? strerrorname_np(error) : "0");
}

static long opened(const char *path, int flags) {
  int descriptor = open(path, flags, 0666);
  if (descriptor >= 0) close(descriptor);
  return descriptor;
}

static void files(void) {
  tell("read-passwd", opened("/etc/passwd", O_RDONLY));
  tell("list-root", opened("/", O_RDONLY | O_DIRECTORY));
  tell("read-secret", opened("secret", O_RDONLY));
  tell("truncate-secret", truncate("secret", 6));
  tell("make-outside", opened("made", O_WRONLY | O_CREAT));
  tell("make-folder-outside", mkdir("made-folder", 0777));
  tell("remove-outside", unlink("spare"));
  tell("rename-out", rename("in/s.lua", "stolen"));
  tell("read-memory", opened("/proc/self/mem", O_RDWR));
  tell("read-environment", opened("/proc/self/environ", O_RDONLY));
  tell("read-inside", opened("in/s.lua", O_RDONLY));
  tell("make-inside", opened("in/made-inside", O_WRONLY | O_CREAT));
}

static void unguarded_files(void) {
  tell("symlink", symlink("/etc", "in/made-link"));
  tell("link", link("secret", "in/made-hard-link"));
  tell("mkfifo", mkfifo("in/made-pipe", 0666));
  tell("chmod", chmod("secret", 0600));
  tell("chown", chown("secret", getuid(), getgid()));
  tell("utime", utimensat(AT_FDCWD, "secret", NULL, 0));
  tell("chdir", chdir("."));
}

static void sockets(void) {
  tell("socket", socket(AF_INET, SOCK_STREAM, 0));
  tell("socket-unix", socket(AF_UNIX, SOCK_STREAM, 0));
  int ends[2];
  tell("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

static void programs(void) {
  char *const none[] = {NULL};
  tell("execve", execve("/nowhere", none, none));
  tell("execveat", syscall(SYS_execveat, -1, "/nowhere", none, none, 0));
  tell("memfd", memfd_create("program", 0));
  pid_t child = fork();
  if (child == 0) _exit(0);
  tell("fork", child);
  child = vfork();
  if (child == 0) _exit(0);
  tell("vfork", child);
  int failure = posix_spawn(&child, "/bin/true", NULL, NULL, none, none);
  errno = failure;
  tell("posix_spawn", failure ? -1 : 0);
  while (wait(NULL) > 0) {}
}

static void processes(void) {
  pid_t parent = getppid();
  tell("kill-parent", kill(parent, 0));
  tell("kill-group", kill(0, 0));
  tell("kill-all", kill(-1, 0));
  tell("tgkill-parent", syscall(SYS_tgkill, parent, parent, 0));
  tell("tkill-parent", syscall(SYS_tkill, parent, 0));
  siginfo_t information = {.si_code = SI_QUEUE};
  tell("sigqueue-parent", syscall(SYS_rt_sigqueueinfo, parent, 0, &information));
  tell("kill-self", kill(getpid(), 0));
  tell("ptrace", ptrace(PTRACE_PEEKDATA, getpid(), NULL, NULL));
  struct iovec nothing = {0};
  tell("process_vm_readv", process_vm_readv(getpid(), &nothing, 0, &nothing, 0, 0));
  tell("process_vm_writev", process_vm_writev(getpid(), &nothing, 0, &nothing, 0, 0));
  tell("pidfd_open", syscall(SYS_pidfd_open, getpid(), 0));
  tell("setpgid", setpgid(0, 0));
  struct rlimit limit;
  tell("read-limit", getrlimit(RLIMIT_DATA, &limit));
  tell("set-limit", setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}));
}

static void system_calls(void) {
  tell("io_uring_setup", syscall(SYS_io_uring_setup, 0, NULL));
  tell("userfaultfd", syscall(SYS_userfaultfd, -1));
  tell("bpf", syscall(SYS_bpf, -1, NULL, 0));
  tell("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
  tell("keyctl", syscall(SYS_keyctl, -1));
  tell("mount", mount("/nowhere", "/nowhere", NULL, MS_BIND, NULL));
  tell("unshare", unshare(0));
  tell("clone3", syscall(SYS_clone3, NULL, 0));
  tell("clone-namespace", syscall(SYS_clone, CLONE_NEWUSER | CLONE_THREAD, NULL));
  tell("type-for-the-user", ioctl(STDERR_FILENO, TIOCSTI, "x"));
}

static void *in_thread(void *unused) {
  place = "thread-";
  tell("read-passwd", opened("/etc/passwd", O_RDONLY));
  tell("socket", socket(AF_INET, SOCK_STREAM, 0));
  return unused;
}

double difftime(time_t later, time_t earlier) {
  files();
  unguarded_files();
  sockets();
  programs();
  processes();
  system_calls();
  pthread_t thread;
  errno = pthread_create(&thread, NULL, in_thread, NULL);
  tell("thread", errno ? -1 : 0);
  if (errno == 0) pthread_join(thread, NULL);
  return (double)(later - earlier);
}
