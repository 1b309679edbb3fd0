// Calls between Lua and Swift, in both directions, and what may raise, protected.
#include "stops.h"

#include <string.h>

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
    vnn_stop_hook(L, record);
    return;
  }
  lua_getinfo(L, "S", record);
  bool is_script = *record->what != 'C' && !is_standard_library(record);
  if (record->event == LUA_HOOKRET) {
    if (!is_script) keep_results(L, record);
  } else if (is_script) {
    host->leaving = false;
    vnn_request_stop(host, VNN_INTERRUPTED);
    vnn_stop_hook(L, record);
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
  vnn_note_memory(host, L, status);
  host->swift_depth = depth;
  host->running = running;
  host->shielded = shielded;
  return status;
}

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
