#include "libraries.h"
#include "messaging.h"

static zeromq_table table;
static char failure[512];

const zeromq_table *zeromq_open(const char **reason) {
  static const char *const names[] = {"libzmq.so.5", "libzmq.so", NULL};
  const library_function functions[] = {
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
  *reason = library_open(names, functions, sizeof functions / sizeof *functions, failure, sizeof failure);
  return *reason == NULL ? &table : NULL;
}
