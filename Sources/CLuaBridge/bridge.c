#include "bridge.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// --- Memory -----------------------------------------------------------------------------------------------------

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
  vnn_host *host = context;
  size_t held = block ? old_size : 0;
  if (new_size > held && host->byte_limit && host->swift_depth == 0 &&
      host->bytes + (new_size - held) > host->byte_limit)
    return NULL;
  if (new_size == 0) {
    free(block);
    host->bytes -= held;
    return NULL;
  }
  void *moved = realloc(block, new_size);
  if (moved) {
    host->bytes += new_size - held;
    return moved;
  }
  // Lua would raise, perhaps over a Swift frame; and it counts on shrinking never to fail.
  if (new_size <= held) return block;
  if (host->swift_depth > 0) abort();
  return NULL;
}

// --- Interrupts -------------------------------------------------------------------------------------------------

static vnn_host *volatile target;

/// How often counted instructions are looked at.
enum {
  INSTRUCTIONS_PER_CHECK = 1000
};

static const char *const stop_messages[] = {
    [VNN_GOES_ON] = "",
    [VNN_INTERRUPTED] = "interrupted",
    [VNN_INSTRUCTION_LIMIT] = "stopped: the limit of instructions is used up",
    [VNN_MEMORY_LIMIT] = "stopped: the limit of memory is used up",
    [VNN_TIME_LIMIT] = "stopped: the limit of time is used up",
    [VNN_RUN_TIME_LIMIT] = "stopped: the limit of time is used up",
};

static void request_stop(vnn_host *host, int reason) {
  host->pending = reason;
  host->raised = 0;
  host->grace = 1000000;
}

/// Whoever runs now answers the pending interrupt. Nobody can answer for a limit.
static inline bool is_shielded(const vnn_host *host) {
  return (host->shielded || host->holding) && host->pending == VNN_INTERRUPTED;
}

static void hook(lua_State *L, lua_Debug *record);

/// Raises the pending stop at the line that runs.
static int raise_stop(vnn_host *host, lua_State *L) {
  // Cleaners (`__close`) get some time to run, and whatever caught the error is interrupted again after that, at the
  // latest at every instruction.
  lua_sethook(L, hook, LUA_MASKCOUNT, host->grace);
  host->grace = host->grace > 1000 ? host->grace / 1000 : 1;
  host->raised = 1;
  luaL_where(L, 0);
  lua_pushstring(L, stop_messages[host->pending]);
  lua_concat(L, 2);
  return lua_error(L);
}

static void hook(lua_State *L, lua_Debug *record) {
  (void)record;
  vnn_host *host = vnn_host_of(L);
  if (host->counts_instructions && !host->pending) {
    host->instructions_left -= lua_gethookcount(L);
    if (host->instructions_left <= 0) request_stop(host, VNN_INSTRUCTION_LIMIT);
  }
  if (!host->pending || is_shielded(host)) {
    if (!host->counts_instructions) lua_sethook(L, NULL, 0, 0);
    else if (lua_gethookcount(L) != INSTRUCTIONS_PER_CHECK) lua_sethook(L, hook, LUA_MASKCOUNT, INSTRUCTIONS_PER_CHECK);
    return;
  }
  raise_stop(host, L);
}

/// Lets a pending stop that nobody has raised yet be raised at the next instruction of `L`.
static inline void arm(vnn_host *host, lua_State *L) {
  if (host->pending && !host->raised && !is_shielded(host)) lua_sethook(L, hook, LUA_MASKCOUNT, 1);
}

void vnn_stop_at_once(vnn_host *host, int reason) {
  request_stop(host, reason);
  // Under a Swift frame the entry point arms the hook when that frame has returned.
  if (host->swift_depth == 0) arm(host, host->running);
}

void vnn_interrupt(vnn_host *host) {
  host->interrupts++;
  vnn_stop_at_once(host, VNN_INTERRUPTED);
}

void vnn_stop(vnn_host *host, int reason) {
  if (!host->pending) request_stop(host, reason);
}

void vnn_limit_instructions(vnn_host *host, long long count) {
  host->counts_instructions = true;
  host->instructions_left = count;
  // Whatever has used up the last ones, or the memory, is gone.
  if (host->pending == VNN_INSTRUCTION_LIMIT || host->pending == VNN_MEMORY_LIMIT) vnn_stop_arrived(host);
  lua_sethook(host->main, hook, LUA_MASKCOUNT, INSTRUCTIONS_PER_CHECK);
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

// --- Calls between Lua and Swift --------------------------------------------------------------------------------

static bool is_standard_library(const lua_Debug *record) { return strncmp(record->source, "=[vnn.", 6) == 0; }

void vnn_push_position(lua_State *L) {
  lua_Debug record;
  lua_Debug first = {.currentline = -1};
  for (int level = 0; lua_getstack(L, level, &record); level++) {
    lua_getinfo(L, "Sl", &record);
    if (record.currentline <= 0) continue;
    if (first.currentline < 0) first = record;
    if (is_standard_library(&record)) continue;
    first = record;
    break;
  }
  if (first.currentline > 0) lua_pushfstring(L, "%s:%d: ", first.short_src, first.currentline);
  else lua_pushliteral(L, "");
}

/// Keeps what a function of ours returns in the global `_interrupted`: its value, or the list of its values.
static void keep_results(lua_State *L, lua_Debug *record) {
  lua_getinfo(L, "r", record);
  if (record->ntransfer == 0) return;
  lua_pushglobaltable(L);
  lua_pushliteral(L, "_interrupted");
  if (record->ntransfer == 1) {
    lua_getlocal(L, record, record->ftransfer);
  } else {
    lua_createtable(L, record->ntransfer, 0);
    for (int offset = 0; offset < record->ntransfer; offset++) {
      lua_getlocal(L, record, record->ftransfer + offset);
      lua_rawseti(L, -2, offset + 1);
    }
  }
  lua_rawset(L, -3);
  vnn_pop(L, 1);
}

/// At the prompt, after something has answered an interrupt: what the library makes of the answer is kept when it
/// returns, and the first instruction of code that is not the library's is interrupted.
static void leave(lua_State *L, lua_Debug *record) {
  vnn_host *host = vnn_host_of(L);
  if (!host->leaving) {
    hook(L, record);
    return;
  }
  lua_getinfo(L, "S", record);
  bool is_script = *record->what != 'C' && !is_standard_library(record);
  if (record->event == LUA_HOOKRET) {
    if (!is_script) keep_results(L, record);
  } else if (is_script) {
    host->leaving = false;
    request_stop(host, VNN_INTERRUPTED);
    hook(L, record);
  }
}

static int enter(lua_State *L, void *function) {
  vnn_host *host = vnn_host_of(L);
  host->swift_depth++;
  int results = host->dispatch(L, function);
  host->swift_depth--;
  arm(host, L);
  if (host->leaving && !host->pending) lua_sethook(L, leave, LUA_MASKRET | LUA_MASKCOUNT, 1);
  if (results >= 0) return results;
  if (results == VNN_RAISE_MESSAGE) {
    vnn_push_position(L);
    vnn_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

int vnn_native(lua_State *L) { return enter(L, lua_touserdata(L, lua_upvalueindex(1))); }

int vnn_native_collected(lua_State *L) {
  vnn_block *block = lua_touserdata(L, lua_upvalueindex(1));
  // Only a finalizer that runs after the function's own can come here too late.
  if (!block->object) return luaL_error(L, "a native function was called after it was collected");
  return enter(L, block->object);
}

const char vnn_window_mark;
const char vnn_library_keys[4];

/// The numbers of the live windowed object at `position`, of whatever class, or null.
static inline const vnn_window *window_at(lua_State *L, int position) {
  const vnn_windowed_block *windowed = lua_touserdata(L, position);
  // Strings and tables have a raw length too.
  if (!windowed || lua_rawlen(L, position) != sizeof *windowed || windowed->window.mark != &vnn_window_mark)
    return NULL;
  return windowed->block.object ? &windowed->window : NULL;
}

int vnn_index(lua_State *L) {
  if (lua_isinteger(L, 2)) {
    const vnn_window *window = window_at(L, 1);
    lua_Unsigned place = (lua_Unsigned)lua_tointeger(L, 2) - 1;
    if (window && window->rank == 1 && place < window->sizes[0]) {
      lua_pushnumber(L, window->base[(ptrdiff_t)place * window->strides[0]]);
      return 1;
    }
    return enter(L, lua_touserdata(L, lua_upvalueindex(2)));
  }
  lua_pushvalue(L, 2);
  switch (lua_rawget(L, lua_upvalueindex(1))) {
    case LUA_TFUNCTION: return 1;
    case LUA_TLIGHTUSERDATA: {
      void *reader = lua_touserdata(L, -1);
      vnn_pop(L, 1);
      return enter(L, reader);
    }
    default: vnn_pop(L, 1); return enter(L, lua_touserdata(L, lua_upvalueindex(2)));
  }
}

int vnn_element(lua_State *L) {
  const vnn_window *window = window_at(L, 1);
  if (window && lua_gettop(L) == window->rank + 1) {
    const double *element = window->base;
    int axis = 0;
    for (; axis < window->rank && lua_isinteger(L, axis + 2); axis++) {
      lua_Unsigned place = (lua_Unsigned)lua_tointeger(L, axis + 2) - 1;
      if (place >= window->sizes[axis]) break;
      element += (ptrdiff_t)place * window->strides[axis];
    }
    if (axis == window->rank) {
      lua_pushnumber(L, *element);
      return 1;
    }
  }
  return enter(L, lua_touserdata(L, lua_upvalueindex(1)));
}

int vnn_release(lua_State *L) {
  vnn_block *block = lua_touserdata(L, 1);
  if (!block || lua_rawlen(L, 1) < sizeof *block) return 0;
  if (block->identity != lua_touserdata(L, lua_upvalueindex(1))) return 0;
  if (!block->object) return block->bytes = 0, 0;
  if (block->users > 0) return luaL_error(L, "%s: cannot be closed by its own method", luaL_tolstring(L, 1, NULL));
  void *object = block->object;
  block->object = NULL;
  vnn_host *host = vnn_host_of(L);
  host->swift_depth++;
  host->release(L, object, block->bytes);
  host->swift_depth--;
  return 0;
}

/// A limited host stops for good where memory ran out: `pcall` is no way to go on. Lua's buffers raise the text of a
/// memory error without its status.
static void note_memory(vnn_host *host, lua_State *L, int status) {
  if (!host->byte_limit || host->pending || status == LUA_OK || status == LUA_YIELD) return;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  if (status != LUA_ERRMEM && strcmp(text, "not enough memory") != 0) return;
  request_stop(host, VNN_MEMORY_LIMIT);
  host->raised = 1;
}

int vnn_pcall(lua_State *L, int arguments, int results, int handler) {
  vnn_host *host = vnn_host_of(L);
  int depth = host->swift_depth;
  int shielded = host->shielded;
  lua_State *running = host->running;
  // A function called back by someone who answers interrupts runs to its end if the interrupt came before it.
  host->shielded = shielded && host->pending;
  host->running = L;
  host->swift_depth = 0;
  arm(host, L);
  int status = lua_pcall(L, arguments, results, handler);
  note_memory(host, L, status);
  host->swift_depth = depth;
  host->running = running;
  host->shielded = shielded;
  return status;
}

// --- What may raise, protected ----------------------------------------------------------------------------------

static int get(lua_State *L) { return lua_gettable(L, 1), 1; }
static int set(lua_State *L) { return lua_settable(L, 1), 0; }
static int to_string(lua_State *L) { return luaL_tolstring(L, 1, NULL), 1; }
static int length(lua_State *L) { return lua_pushinteger(L, luaL_len(L, 1)), 1; }
static int equal(lua_State *L) { return lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPEQ)), 1; }

static int try(lua_State *L, lua_CFunction function, int arguments, int results) {
  lua_pushcfunction(L, function);
  vnn_insert(L, -arguments - 1);
  return vnn_pcall(L, arguments, results, 0);
}

int vnn_try_get(lua_State *L) { return try(L, get, 2, 1); }
int vnn_try_set(lua_State *L) { return try(L, set, 3, 0); }
int vnn_try_tostring(lua_State *L) { return try(L, to_string, 1, 1); }
int vnn_try_length(lua_State *L) { return try(L, length, 1, 1); }
int vnn_try_equal(lua_State *L) { return try(L, equal, 2, 1); }

// --- pcall and coroutines that an interrupt passes through ------------------------------------------------------

static bool passes_through(lua_State *L) {
  vnn_host *host = vnn_host_of(L);
  if (!host->pending || !host->raised) return false;
  // It comes again should something else catch it.
  lua_sethook(L, hook, LUA_MASKCOUNT, host->grace);
  return true;
}

static int finish_pcall(lua_State *L, int status, lua_KContext extra) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)extra;
  note_memory(vnn_host_of(L), L, status);
  if (passes_through(L)) return lua_error(L);
  lua_pushboolean(L, 0);
  lua_pushvalue(L, -2);
  return 2;
}

static int protected_call(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_pcall);
  return finish_pcall(L, status, 0);
}

/// The message handler of `xpcall`, the script's own in the upvalue. A stop is none of its business; and it would run
/// inside the hook that raised the stop, where Lua calls no hook, so that nothing could stop the handler itself.
static int handle_message(lua_State *L) {
  const vnn_host *host = vnn_host_of(L);
  if (host->pending && host->raised) return 1;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

static int protected_call_with_handler(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, handle_message, 1);
  lua_replace(L, 2);
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);
  int status = lua_pcallk(L, count - 2, LUA_MULTRET, 2, 2, finish_pcall);
  return finish_pcall(L, status, 2);
}

/// Resumes `co` with `count` arguments from `L`; the number of results on `L`, or -1 with the error value there.
static int resume(lua_State *L, lua_State *co, int count) {
  vnn_host *host = vnn_host_of(L);
  if (!lua_checkstack(co, count)) return lua_pushliteral(L, "too many arguments to resume"), -1;
  lua_xmove(L, co, count);
  // Each coroutine has its own count up to the next check, which one that ends early never reaches.
  if (host->counts_instructions && lua_status(co) == LUA_OK) host->instructions_left -= INSTRUCTIONS_PER_CHECK / 2;
  int results = 0;
  lua_State *resumer = host->running;
  host->running = co;
  arm(host, co);
  int status = lua_resume(co, L, count, &results);
  host->running = resumer;
  if (status == LUA_OK || status == LUA_YIELD) {
    arm(host, L);
    if (!lua_checkstack(L, results + 1)) {
      vnn_pop(co, results);
      return lua_pushliteral(L, "too many results to resume"), -1;
    }
    lua_xmove(co, L, results);
    return results;
  }
  lua_xmove(co, L, 1);
  note_memory(host, L, status);
  return -1;
}

static int coroutine_resume(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTHREAD);
  int results = resume(L, lua_tothread(L, 1), lua_gettop(L) - 1);
  if (results < 0 && passes_through(L)) return lua_error(L);
  lua_pushboolean(L, results >= 0);
  if (results < 0) results = 1;
  lua_insert(L, -results - 1);
  return results + 1;
}

static int wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int results = resume(L, co, lua_gettop(L));
  if (results >= 0) return results;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    // Errors in the coroutine close it, as in the standard library.
    lua_pop(L, 1);
    lua_State *running = vnn_host_of(L)->running;
    vnn_host_of(L)->running = co;
    lua_resetthread(co);
    vnn_host_of(L)->running = running;
    lua_xmove(co, L, 1);
  }
  if (!passes_through(L) && status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int coroutine_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

/// `coroutine.close`, with the coroutine marked as running while its `__close` handlers do.
static int coroutine_close(lua_State *L) {
  lua_CFunction original = lua_tocfunction(L, lua_upvalueindex(1));
  luaL_checktype(L, 1, LUA_TTHREAD);
  lua_State *co = lua_tothread(L, 1);
  lua_Debug record;
  bool is_active = lua_status(co) == LUA_OK && lua_getstack(co, 0, &record);
  // The original raises for active coroutines, and only for them.
  if (is_active) return original(L);
  vnn_host *host = vnn_host_of(L);
  lua_State *closer = host->running;
  host->running = co;
  int results = original(L);
  host->running = closer;
  return results;
}

enum {
  /// Lists that are sorted in less than some tenths of a second.
  LENGTH_OF_QUICK_SORTS = 500000
};

static int is_less(lua_State *L) {
  vnn_host *host = vnn_host_of(L);
  if (host->pending && !is_shielded(host)) return raise_stop(host, L);
  lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
  return 1;
}

/// `table.sort`, which calls nothing of Lua's where it is given no comparison: long lists get one that looks up.
static int sort(lua_State *L) {
  if (lua_gettop(L) == 1 && lua_rawlen(L, 1) > LENGTH_OF_QUICK_SORTS) lua_pushcfunction(L, is_less);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static int open_libraries(lua_State *L) {
  luaL_openlibs(L);
  lua_getglobal(L, "table");
  lua_getfield(L, -1, "sort");
  lua_pushcclosure(L, sort, 1);
  lua_setfield(L, -2, "sort");
  lua_pop(L, 1);
  lua_register(L, "pcall", protected_call);
  lua_register(L, "xpcall", protected_call_with_handler);
  lua_getglobal(L, "coroutine");
  lua_pushcfunction(L, coroutine_resume);
  lua_setfield(L, -2, "resume");
  lua_pushcfunction(L, coroutine_wrap);
  lua_setfield(L, -2, "wrap");
  lua_getfield(L, -1, "close");
  lua_pushcclosure(L, coroutine_close, 1);
  lua_setfield(L, -2, "close");
  return 0;
}

int vnn_open_libraries(lua_State *L) {
  lua_pushcfunction(L, open_libraries);
  return vnn_pcall(L, 0, 0, 0);
}

// --- Files and metatables ---------------------------------------------------------------------------------------

static int close_file(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(stream->f) == 0, NULL);
}

bool vnn_push_file(lua_State *L, int descriptor, const char *mode) {
  FILE *file = fdopen(descriptor, mode);
  if (!file) return close(descriptor), false;
  luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 0);
  stream->f = file;
  stream->closef = close_file;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  return true;
}

void vnn_protect_metatables(lua_State *L) {
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_pushliteral(L, "FILE*");
  lua_setfield(L, -2, "__metatable");
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushliteral(L, "string");
  lua_setfield(L, -2, "__metatable");
  vnn_pop(L, 3);
}

// --- Life -------------------------------------------------------------------------------------------------------

lua_State *vnn_open(vnn_host *host) {
  host->swift_depth = 1;
  lua_State *L = lua_newstate(allocate, host);
  if (!L) return NULL;
  *(vnn_host **)lua_getextraspace(L) = host;
  host->main = L;
  host->running = L;
  return L;
}

void vnn_close(vnn_host *host) {
  if (target == host) vnn_catch_interrupts(NULL);
  vnn_watch_ends(host);
  lua_close(host->main);
}
