// How long one function may run. Timers that signal one thread are Linux's own.
#define _GNU_SOURCE
#include "bridge.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

double vnn_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// The outermost limit that has passed, or null.
static vnn_time_limit *passed(const vnn_host *host) {
  vnn_time_limit *found = NULL;
  double time = vnn_now();
  for (vnn_time_limit *limit = host->limits; limit; limit = limit->outer)
    if (limit->deadline <= time) found = limit;
  return found;
}

/// The clock that looks after the limits has struck, on the thread of the interpreter.
static void on_clock(int number, siginfo_t *information, void *context) {
  (void)number, (void)context;
  int error = errno;
  vnn_host *host = information->si_value.sival_ptr;
  vnn_time_limit *limit = host->pending ? NULL : passed(host);
  if (limit) {
    host->passed_limit = limit;
    vnn_stop_at_once(host, VNN_TIME_LIMIT);
  }
  errno = error;
}

/// Has the clock strike at the first deadline, and again after that in case something else was pending then.
static void set_clock(vnn_host *host, timer_t clock) {
  double first = host->limits->deadline;
  for (const vnn_time_limit *limit = host->limits; limit; limit = limit->outer)
    if (limit->deadline < first) first = limit->deadline;
  struct itimerspec times = {.it_interval = {.tv_nsec = 20000000}};
  times.it_value.tv_sec = (time_t)first;
  times.it_value.tv_nsec = (long)(1e9 * (first - (double)times.it_value.tv_sec));
  // A time of 0 would stop the clock.
  if (first <= 0) times.it_value.tv_nsec = 1;
  timer_settime(clock, TIMER_ABSTIME, &times, NULL);
}

int vnn_limited(lua_State *L) {
  vnn_host *host = vnn_host_of(L);
  vnn_time_limit limit = {.outer = host->limits, .seconds = luaL_checknumber(L, 1)};
  luaL_checktype(L, 2, LUA_TFUNCTION);
  // Beyond ten years nothing is a limit, and the clock's numbers are.
  luaL_argcheck(L, limit.seconds >= 0, 1, "expected a number of seconds, at least 0");
  limit.deadline = vnn_now() + (limit.seconds < 3e8 ? limit.seconds : 3e8);

  struct sigaction action = {.sa_sigaction = on_clock, .sa_flags = SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  sigaction(SIGRTMIN, &action, NULL);
  vnn_unblock(SIGRTMIN);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN, .sigev_value.sival_ptr = host};
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  timer_t clock;
  if (timer_create(CLOCK_MONOTONIC, &event, &clock) != 0) return luaL_error(L, "limited: no clock is to be had");

  host->limits = &limit;
  set_clock(host, clock);
  int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
  timer_delete(clock);
  bool is_late = limit.deadline <= vnn_now();
  host->limits = limit.outer;
  bool is_ours = host->pending == VNN_TIME_LIMIT && host->passed_limit == &limit;
  if (is_ours) vnn_stop_arrived(host);
  // A function that has failed by itself says more than the clock.
  if (is_ours || (is_late && status == LUA_OK && !host->pending)) {
    char text[64];
    snprintf(text, sizeof text, "stopped after its time limit of %g s", limit.seconds);
    vnn_push_position(L);
    lua_pushstring(L, text);
    lua_concat(L, 2);
    return lua_error(L);
  }
  return status == LUA_OK ? lua_gettop(L) - 1 : lua_error(L);
}
