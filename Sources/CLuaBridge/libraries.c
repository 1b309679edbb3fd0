// Lua's own libraries, where they have to know of stops: `pcall` and coroutines that a stop passes through, a sort that
// it ends; and files and metatables.
#include "stops.h"

#include <stdio.h>
#include <unistd.h>

static bool passes_through(lua_State *L) {
  vnn_host *host = vnn_host_of(L);
  if (!host->pending || !host->raised) return false;
  // It comes again should something else catch it.
  lua_sethook(L, vnn_stop_hook, LUA_MASKCOUNT, host->grace);
  return true;
}

static int finish_pcall(lua_State *L, int status, lua_KContext extra) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)extra;
  vnn_note_memory(vnn_host_of(L), L, status);
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
  vnn_note_memory(host, L, status);
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
  if (host->pending && !is_shielded(host)) return vnn_raise_stop(host, L);
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
