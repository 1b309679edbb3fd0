// Stops of a script: Ctrl-C, and limits that are used up.
#include "stops.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static vnn_host *volatile target;

static const char *const stop_messages[] = {
    [VNN_GOES_ON] = "",
    [VNN_INTERRUPTED] = "interrupted",
    [VNN_INSTRUCTION_LIMIT] = "stopped: the limit of instructions is used up",
    [VNN_MEMORY_LIMIT] = "stopped: the limit of memory is used up",
    [VNN_TIME_LIMIT] = "stopped: the limit of time is used up",
    [VNN_RUN_TIME_LIMIT] = "stopped: the limit of time is used up",
};

void vnn_request_stop(vnn_host *host, int reason) {
  host->pending = reason;
  host->raised = 0;
  host->grace = 1000000;
}

int vnn_raise_stop(vnn_host *host, lua_State *L) {
  // Cleaners (`__close`) get some time to run, and whatever caught the error is interrupted again after that, at the
  // latest at every instruction.
  lua_sethook(L, vnn_stop_hook, LUA_MASKCOUNT, host->grace);
  host->grace = host->grace > 1000 ? host->grace / 1000 : 1;
  host->raised = 1;
  luaL_where(L, 0);
  lua_pushstring(L, stop_messages[host->pending]);
  lua_concat(L, 2);
  return lua_error(L);
}

void vnn_stop_hook(lua_State *L, lua_Debug *record) {
  (void)record;
  vnn_host *host = vnn_host_of(L);
  if (host->counts_instructions && !host->pending) {
    host->instructions_left -= lua_gethookcount(L);
    if (host->instructions_left <= 0) vnn_request_stop(host, VNN_INSTRUCTION_LIMIT);
  }
  if (!host->pending || is_shielded(host)) {
    if (!host->counts_instructions) lua_sethook(L, NULL, 0, 0);
    else if (lua_gethookcount(L) != INSTRUCTIONS_PER_CHECK)
      lua_sethook(L, vnn_stop_hook, LUA_MASKCOUNT, INSTRUCTIONS_PER_CHECK);
    return;
  }
  vnn_raise_stop(host, L);
}

void vnn_stop_at_once(vnn_host *host, int reason) {
  vnn_request_stop(host, reason);
  // Under a Swift frame the entry point arms the hook when that frame has returned.
  if (host->swift_depth == 0) arm(host, host->running);
}

void vnn_interrupt(vnn_host *host) {
  host->interrupts++;
  vnn_stop_at_once(host, VNN_INTERRUPTED);
}

void vnn_stop(vnn_host *host, int reason) {
  if (!host->pending) vnn_request_stop(host, reason);
}

void vnn_note_memory(vnn_host *host, lua_State *L, int status) {
  if (!host->byte_limit || host->pending || status == LUA_OK || status == LUA_YIELD) return;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  // Lua's buffers raise the text of a memory error without its status.
  if (status != LUA_ERRMEM && strcmp(text, "not enough memory") != 0) return;
  vnn_request_stop(host, VNN_MEMORY_LIMIT);
  host->raised = 1;
}

void vnn_limit_instructions(vnn_host *host, long long count) {
  host->counts_instructions = true;
  host->instructions_left = count;
  // Whatever has used up the last ones, or the memory, is gone.
  if (host->pending == VNN_INSTRUCTION_LIMIT || host->pending == VNN_MEMORY_LIMIT) vnn_stop_arrived(host);
  lua_sethook(host->main, vnn_stop_hook, LUA_MASKCOUNT, INSTRUCTIONS_PER_CHECK);
}

/// Whether an interrupt is on its way through what runs.
static inline bool is_stopping(const vnn_host *host) {
  return (host->pending && host->pending != VNN_TIME_LIMIT) || host->leaving;
}

static void on_signal(int number) {
  static const char warning[] = "\nstill stopping; another Ctrl-C ends the program, with all it holds\n";
  vnn_host *host = target;
  if (!host) return;
  if ((uintptr_t)pthread_self() != host->thread) {
    pthread_kill((pthread_t)host->thread, number);
  } else if (!is_stopping(host)) {
    host->was_warned = false;
    vnn_interrupt(host);
  } else if (host->at_prompt && !host->was_warned) {
    host->was_warned = true;
    // What answered the first one may have gone on with something else that takes long.
    if (!host->pending) vnn_interrupt(host);
    if (write(STDERR_FILENO, warning, sizeof warning - 1) < 0) return;
  } else {
    signal(number, SIG_DFL);
    raise(number);
  }
}

void vnn_unblock(int number) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, number);
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

void vnn_catch_interrupts(vnn_host *host) {
  target = host;
  if (host) host->thread = (uintptr_t)pthread_self();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  // No SA_RESTART: a blocking read (a prompt, a pipe) shall return.
  action.sa_handler = host ? on_signal : SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(vnn_interrupt_signal(), &action, NULL);
  // Whoever started this process may have blocked them.
  vnn_unblock(SIGINT);
  vnn_unblock(vnn_interrupt_signal());
}

int vnn_interrupt_signal(void) { return SIGRTMIN + 1; }

vnn_host *vnn_interrupt_target(void) { return target; }

bool vnn_interrupt_pending(void) {
  vnn_host *host = target;
  return host && host->pending;
}

bool vnn_stop_will_be_raised(void) {
  vnn_host *host = target;
  // What another thread does is not for that script: a notebook's messages go on being read.
  bool is_its_own = host && (uintptr_t)pthread_self() == host->thread;
  return is_its_own && host->pending && !is_shielded(host);
}

bool vnn_interrupt_acknowledge(vnn_host *host) {
  if (host->pending != VNN_INTERRUPTED) return false;
  vnn_stop_arrived(host);
  host->leaving = host->at_prompt;
  return true;
}

void vnn_prompt_waits(vnn_host *host) {
  host->at_prompt = true;
  host->leaving = false;
  if (host->pending == VNN_INTERRUPTED) vnn_stop_arrived(host);
}

void vnn_stop_arrived(vnn_host *host) {
  host->raised = 0;
  host->pending = VNN_GOES_ON;
}
