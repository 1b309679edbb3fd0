/// What Swift cannot say: every longjmp, signal handler and allocator line of the Lua host.
///
/// Rules that keep it from crashing:
/// - A Swift function never raises. It returns a count of results or one of the codes below, and C raises after every
///   Swift frame has returned.
/// - Swift calls only Lua functions that cannot raise, and everything else through `vnn_pcall` or a `vnn_try_`
/// function.
/// - The allocator never refuses memory while a Swift frame is active, so memory errors cannot jump over one.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>
#include <lualib.h>
#include <lauxlib.h>

/// The message on top of the stack is raised after the position of the blamed script line was put before it.
#define VNN_RAISE_MESSAGE (-1)
/// The value on top of the stack is raised as it is.
#define VNN_RAISE_VALUE (-2)

/// Why a script is stopped: `vnn_host.pending`.
enum {
  VNN_GOES_ON = 0,
  /// Ctrl-C.
  VNN_INTERRUPTED,
  /// The instructions that it may use are used up.
  VNN_INSTRUCTION_LIMIT,
  /// Its native objects hold more than they may.
  VNN_MEMORY_LIMIT,
  /// A function has run longer than `vnn_limited` lets it.
  VNN_TIME_LIMIT,
  /// The time of the whole run is up.
  VNN_RUN_TIME_LIMIT,
};

/// How long one function may run: lives in the frame of the call that `vnn_limited` makes.
typedef struct vnn_time_limit {
  struct vnn_time_limit *outer;
  double seconds;
  /// On the monotonic clock.
  double deadline;
} vnn_time_limit;

/// Runs the native function named by `function` (the closure's first upvalue); a count of results or a code above.
typedef int (*vnn_dispatch_function)(lua_State *L, void *function);
/// Gives up the ownership of a native object; `bytes` is what was reported when it was pushed.
typedef void (*vnn_release_function)(lua_State *L, void *object, size_t bytes);

/// The state of one interpreter, reachable from every Lua thread of it through `lua_getextraspace`.
typedef struct vnn_host {
  vnn_dispatch_function dispatch;
  vnn_release_function release;
  /// The Swift object that owns the interpreter.
  void *owner;
  lua_State *main;
  /// The coroutine that runs now, kept up to date by the bridge's `coroutine.resume` and `coroutine.wrap`.
  lua_State *volatile running;
  size_t bytes;
  size_t byte_limit;
  /// How many Swift frames lie above the innermost protected call.
  volatile int swift_depth;
  /// A stop was requested and has not been answered; one of the reasons above.
  volatile int pending;
  /// How many interrupts have come, however they were answered.
  volatile int interrupts;
  /// The pending stop was raised as an error and is on its way to the top level.
  int raised;
  /// Whoever runs now answers interrupts by itself, so none is raised in Lua.
  volatile int shielded;
  /// How many calls hold interrupts back: what runs in them asks for interrupts when it suits.
  volatile int holding;
  /// Whether inputs of a prompt run: there an answered interrupt ends the input as well, and the second one only warns.
  volatile bool at_prompt;
  /// An interrupt was answered, and the input that it is meant for goes on until it is back in code of its own.
  volatile bool leaving;
  /// Whether the warning of the second interrupt was given.
  volatile bool was_warned;
  /// Instructions until the interrupt is raised again, should something have caught it.
  int grace;
  /// Whether instructions are counted, and how many are left.
  bool counts_instructions;
  long long instructions_left;
  /// The limits of the functions that run now, the innermost first, and the one that has stopped the script.
  vnn_time_limit *volatile limits;
  vnn_time_limit *volatile passed_limit;
  /// The thread that runs this interpreter (a pthread_t), for signals that arrive on another one.
  uintptr_t thread;
} vnn_host;

/// The contents of a userdata that holds a Swift object.
typedef struct vnn_block {
  /// The retained object; null once it was released, and for a value that is held as the bytes behind this block.
  void *object;
  /// The identity of its Swift class.
  const void *identity;
  /// The bytes reported for it; SIZE_MAX for a value that is held as bytes.
  size_t bytes;
  /// How many of its methods are running; meanwhile it cannot be closed.
  size_t users;
} vnn_block;

enum {
  VNN_WINDOW_AXES = 3
};

/// Where the numbers of a native object lie, so that C can read one without entering Swift.
typedef struct vnn_window {
  /// `&vnn_window_mark`, which tells these userdata from all others of their size.
  const char *mark;
  const double *base;
  /// The number of axes, from 1 to `VNN_WINDOW_AXES`.
  int32_t rank;
  lua_Unsigned sizes[VNN_WINDOW_AXES];
  ptrdiff_t strides[VNN_WINDOW_AXES];
} vnn_window;

extern const char vnn_window_mark;
static inline const char *vnn_window_mark_address(void) { return &vnn_window_mark; }

/// The contents of a userdata that holds a Swift object whose numbers C may read while it is alive.
typedef struct vnn_windowed_block {
  vnn_block block;
  vnn_window window;
} vnn_windowed_block;

/// Makes a state without libraries, or returns null. Allocation counts as done from Swift.
lua_State *vnn_open(vnn_host *host);
/// Opens the standard libraries and replaces `pcall`, `xpcall` and the resuming functions of `coroutine` by ones that
/// an interrupt passes through, and `table.sort` by one that it stops. A Lua status.
int vnn_open_libraries(lua_State *L);
/// Has the metatables of files and strings hidden from scripts.
void vnn_protect_metatables(lua_State *L);
/// Pushes a file of Lua's own for an open descriptor, which it closes; false, with nothing pushed and the descriptor
/// closed, when there is no memory for it.
bool vnn_push_file(lua_State *L, int descriptor, const char *mode);
/// Runs all finalizers and frees everything.
void vnn_close(vnn_host *host);

static inline vnn_host *vnn_host_of(lua_State *L) { return *(vnn_host **)lua_getextraspace(L); }

/// Every native function is this C function, with the address of a Swift object as the first upvalue.
int vnn_native(lua_State *L);
/// The same for a function that lives as long as Lua holds it: the first upvalue is the userdata that owns it.
int vnn_native_collected(lua_State *L);
/// `__index` of native objects: the first upvalue is the table of members (functions are methods, light pointers are
/// native readers of fields), the second a light pointer to the native fallback.
int vnn_index(lua_State *L);
/// A method that reads one element of a windowed object, positions as arguments: without Swift where nothing is wrong,
/// otherwise by the native function in the upvalue.
int vnn_element(lua_State *L);
/// `__gc` and `__close` of native objects: releases once. The first upvalue is the class's identity.
int vnn_release(lua_State *L);
/// `lua_pcall` with Swift's bookkeeping: Lua may run out of memory and be interrupted again.
int vnn_pcall(lua_State *L, int arguments, int results, int handler);

/// These expect their arguments on top of the stack, replace them by the result or the error value, and return a Lua
/// status: table, key -> value;
int vnn_try_get(lua_State *L);
/// table, key, value -> nothing;
int vnn_try_set(lua_State *L);
/// value -> its text as `tostring` gives it;
int vnn_try_tostring(lua_State *L);
/// value -> its length as an integer;
int vnn_try_length(lua_State *L);
/// left, right -> whether they are equal, metamethods included.
int vnn_try_equal(lua_State *L);

/// Where an error is blamed: the first Lua function on the stack that does not belong to the standard library. Pushes
/// `"file:line: "`, or an empty string when there is none.
void vnn_push_position(lua_State *L);

/// From now on SIGINT interrupts this interpreter, which runs on the calling thread; a second one while the first is
/// pending ends the process, at a prompt a third one. Null restores the default action.
void vnn_catch_interrupts(vnn_host *host);
/// A signal that does what SIGINT does, also while C's `system` waits for a program and ignores that.
int vnn_interrupt_signal(void);
/// What the signal handler does; only for the thread that runs the interpreter.
void vnn_interrupt(vnn_host *host);
/// Whether the interpreter that catches interrupts has one pending.
bool vnn_interrupt_pending(void);
/// Whether a stop is pending that nobody answers, and the calling thread is that of the interpreter: it is raised as
/// soon as native functions have returned.
bool vnn_stop_will_be_raised(void);
/// Forgets a pending interrupt and reports whether there was one. Limits that were passed stay passed.
bool vnn_interrupt_acknowledge(vnn_host *host);
/// A prompt waits for its next input: from now on interrupts stop inputs, and none that came before is left.
void vnn_prompt_waits(vnn_host *host);
/// The stop that was raised has reached the top level.
void vnn_stop_arrived(vnn_host *host);
/// From now on scripts may use `count` instructions, then they are stopped; coroutines count like everything else. Only
/// where nothing runs: a stop for instructions or memory that were used up is over.
void vnn_limit_instructions(vnn_host *host, long long count);
/// Stops the script for a reason other than Ctrl-C as soon as the Swift frames have returned.
void vnn_stop(vnn_host *host, int reason);
/// Stops the script at its next instruction, whatever else was pending; only on the thread that runs the interpreter.
void vnn_stop_at_once(vnn_host *host, int reason);
/// Lets a signal reach this thread: those of a pool come with all signals blocked, and so do their child processes.
void vnn_unblock(int number);
/// Seconds on the monotonic clock.
double vnn_now(void);
/// A Lua function `limited(seconds, f, …)`: calls f and returns its results, or raises "stopped after its time limit of
/// N s" at the script's line when it has not returned by then. The stop passes through `pcall` and coroutines up to
/// here; of nested limits the outermost that has passed wins. Native work ends early as after Ctrl-C. f cannot yield.
int vnn_limited(lua_State *L);
/// Starts the thread that watches over an interpreter on the calling thread (watch.c): after `seconds` the script is
/// stopped, and 2 s later, or when the process holds `resident_bytes` in memory, the process ends with one sentence and
/// exit code 1, after `clean` on that thread. Infinity and 0 are no limits. Once per process; false when there can be
/// no such thread.
bool vnn_watch(vnn_host *host, double seconds, size_t resident_bytes, void (*clean)(void));
/// The interpreter is about to be closed: the thread watches over the process alone from now on.
void vnn_watch_ends(const vnn_host *host);
/// The interpreter that catches interrupts, or null.
vnn_host *vnn_interrupt_target(void);

/// Addresses for keys in the registry.
extern const char vnn_library_keys[4];
static inline const char *vnn_library_key_address(void) { return vnn_library_keys; }

// The build ID that the linker gave the program, as hexadecimal digits; empty where it gave none.
#define VNN_BUILD_ID_LENGTH 64
void vnn_build_id(char text[VNN_BUILD_ID_LENGTH + 1]);

// Macros of Lua's headers that Swift does not import.
static inline const char *vnn_lua_release(void) { return LUA_RELEASE; }
static inline void vnn_pop(lua_State *L, int count) { lua_settop(L, -count - 1); }
static inline int vnn_upvalue_index(int position) { return lua_upvalueindex(position); }
static inline int vnn_registry_index(void) { return LUA_REGISTRYINDEX; }
static inline void vnn_push_native(lua_State *L, void *function) {
  lua_pushlightuserdata(L, function);
  lua_pushcclosure(L, vnn_native, 1);
}
/// The Swift object of the native function at `position`, or null for any other value.
static inline void *vnn_to_native(lua_State *L, int position) {
  lua_CFunction function = lua_tocfunction(L, position);
  bool is_collected = function == vnn_native_collected;
  if (function != vnn_native && function != vnn_element && !is_collected) return NULL;
  if (!lua_getupvalue(L, position, 1)) return NULL;
  void *value = lua_touserdata(L, -1);
  vnn_pop(L, 1);
  return is_collected ? ((vnn_block *)value)->object : value;
}
static inline void vnn_new_table(lua_State *L) { lua_createtable(L, 0, 0); }
static inline void vnn_insert(lua_State *L, int position) { lua_rotate(L, position, 1); }
static inline void vnn_remove(lua_State *L, int position) {
  lua_rotate(L, position, -1);
  vnn_pop(L, 1);
}
static inline double vnn_to_number(lua_State *L, int position, bool *is_number) {
  int ok;
  double value = lua_tonumberx(L, position, &ok);
  *is_number = ok;
  return value;
}
static inline int vnn_collect(lua_State *L) { return lua_gc(L, LUA_GCCOLLECT); }
static inline int vnn_collector_runs(lua_State *L) { return lua_gc(L, LUA_GCISRUNNING); }
