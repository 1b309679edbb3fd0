#include "messaging.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static zeromq_table table;
static char failure[512];

const zeromq_table *zeromq_open(const char **reason) {
  *reason = failure;
  static const char *const names[] = {"libzmq.so.5", "libzmq.so"};
  void *library = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && library == NULL; i++) {
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
      const char *error = dlerror();
      snprintf(failure, sizeof failure, "%s", error == NULL ? "cannot be loaded" : error);
    }
  }
  if (library == NULL) return NULL;

  const struct {
    const char *name;
    void *place;
  } functions[] = {
      {"zmq_ctx_new", &table.ctx_new},
      {"zmq_socket", &table.socket},
      {"zmq_setsockopt", &table.setsockopt},
      {"zmq_getsockopt", &table.getsockopt},
      {"zmq_bind", &table.bind},
      {"zmq_connect", &table.connect},
      {"zmq_send", &table.send},
      {"zmq_msg_init", &table.msg_init},
      {"zmq_msg_recv", &table.msg_recv},
      {"zmq_msg_data", &table.msg_data},
      {"zmq_msg_size", &table.msg_size},
      {"zmq_msg_close", &table.msg_close},
      {"zmq_poll", &table.poll},
      {"zmq_errno", &table.error},
      {"zmq_strerror", &table.strerror},
      {"zmq_version", &table.version},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *function = dlsym(library, functions[i].name);
    if (function == NULL) {
      snprintf(failure, sizeof failure, "the library has no function %s", functions[i].name);
      return NULL;
    }
    memcpy(functions[i].place, &function, sizeof function);
  }
  *reason = NULL;
  return &table;
}
