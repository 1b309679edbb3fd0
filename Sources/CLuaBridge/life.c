// The life of an interpreter, and its memory.
#include "bridge.h"

#include <stdlib.h>

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
  if (vnn_interrupt_target() == host) vnn_catch_interrupts(NULL);
  vnn_watch_ends(host);
  lua_close(host->main);
}
