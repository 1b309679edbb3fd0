/// What the bridge's own files share about stops: interrupts by Ctrl-C and limits that are used up.
#pragma once
#include "bridge.h"

/// How often counted instructions are looked at.
enum {
  INSTRUCTIONS_PER_CHECK = 1000
};

/// The hook of all stops: counts instructions and raises what is pending, unless that is shielded.
void vnn_stop_hook(lua_State *L, lua_Debug *record);
/// Leaves a stop pending, to be raised by whoever looks next.
void vnn_request_stop(vnn_host *host, int reason);
/// Raises the pending stop at the line that runs.
int vnn_raise_stop(vnn_host *host, lua_State *L);
/// A limited host stops for good where memory ran out, which `status` and the error on top of the stack tell: `pcall`
/// is no way to go on.
void vnn_note_memory(vnn_host *host, lua_State *L, int status);

/// Whoever runs now answers the pending interrupt. Nobody can answer for a limit.
static inline bool is_shielded(const vnn_host *host) {
  return (host->shielded || host->holding) && host->pending == VNN_INTERRUPTED;
}

/// Lets a pending stop that nobody has raised yet be raised at the next instruction of `L`.
static inline void arm(vnn_host *host, lua_State *L) {
  if (host->pending && !host->raised && !is_shielded(host)) lua_sethook(L, vnn_stop_hook, LUA_MASKCOUNT, 1);
}
