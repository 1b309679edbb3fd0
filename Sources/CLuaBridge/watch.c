#define _GNU_SOURCE
#include "bridge.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// Seconds that native work has to answer once the time is up.
static const double patience = 2;

/// How fast a process can fill memory, in bytes a second: the nearer the limit, the oftener it is looked at.
static const double fastest_growth = 4e9;

/// What the one thread looks after. It is written before the thread starts.
static struct {
  /// Null once the interpreter is closed.
  vnn_host *volatile host;
  /// The thread of the interpreter.
  pthread_t thread;
  /// On the monotonic clock.
  double deadline;
  size_t resident_bytes;
  /// The open file `/proc/self/statm`, or -1.
  int statistics;
  /// Removes what the process would leave behind.
  void (*clean)(void);
} watched;

/// The bytes of this process that are in memory; 0 when the system does not say.
static size_t resident(void) {
  char text[128];
  ssize_t count = watched.statistics < 0 ? 0 : pread(watched.statistics, text, sizeof text - 1, 0);
  if (count <= 0) return 0;
  text[count] = 0;
  const char *second = strchr(text, ' ');
  return second ? strtoull(second, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

/// Writes out what was printed, unless that would make anybody wait.
static void flush_output(void) {
  struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
  if (poll(&output, 1, 0) != 1 || ftrylockfile(stdout) != 0) return;
  fflush_unlocked(stdout);
  funlockfile(stdout);
}

static _Noreturn void end(const char *sentence) {
  flush_output();
  // There is nowhere to complain.
  ssize_t ignored = write(STDERR_FILENO, sentence, strlen(sentence));
  (void)ignored;
  if (watched.clean) watched.clean();
  _exit(1);
}

static double look_at_memory(void) {
  if (!watched.resident_bytes || watched.statistics < 0) return INFINITY;
  size_t bytes = resident();
  if (bytes > watched.resident_bytes) end("vnnlua: stopped: the limit of memory is used up\n");
  double wait = (double)(watched.resident_bytes - bytes) / fastest_growth;
  return wait < 0.001 ? 0.001 : wait;
}

static double look_at_time(void) {
  double late = vnn_now() - watched.deadline;
  if (late < 0) return -late;
  if (late >= patience) end("vnnlua: stopped: the limit of time is used up, and a native call did not answer\n");
  // Again and again, in case something else was pending.
  pthread_kill(watched.thread, SIGALRM);
  return 0.05;
}

static void *watch(void *unused) {
  (void)unused;
  for (;;) {
    double wait = fmin(fmin(look_at_memory(), look_at_time()), 3600);
    struct timespec pause = {.tv_sec = (time_t)wait, .tv_nsec = (long)(1e9 * (wait - floor(wait)))};
    nanosleep(&pause, NULL);
  }
  return NULL;
}

static void on_alarm(int number) {
  (void)number;
  int error = errno;
  vnn_host *host = watched.host;
  // Not even Ctrl-C comes before it, but what has stopped the script for good.
  if (host && (!host->pending || host->pending == VNN_INTERRUPTED)) vnn_stop_at_once(host, VNN_RUN_TIME_LIMIT);
  errno = error;
}

void vnn_watch_ends(const vnn_host *host) {
  if (watched.host == host) watched.host = NULL;
}

bool vnn_watch(vnn_host *host, double seconds, size_t resident_bytes, void (*clean)(void)) {
  watched.host = host;
  watched.thread = pthread_self();
  watched.deadline = vnn_now() + seconds;
  watched.resident_bytes = resident_bytes;
  watched.clean = clean;
  watched.statistics = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  // No SA_RESTART: a blocking read shall return.
  struct sigaction action = {.sa_handler = on_alarm};
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, NULL);

  // The thread of the interpreter takes all signals.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  pthread_t thread;
  int failure = pthread_create(&thread, &attributes, watch, NULL);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failure == 0;
}
