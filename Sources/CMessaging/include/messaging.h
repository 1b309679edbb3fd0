// What a Jupyter kernel needs of C: ZeroMQ, opened at run time with dlopen, and a standard input that asks.
//
// Opened late, ZeroMQ and the ten libraries that come with it cost nothing in programs that are no kernel, and need no
// header when this is built.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Numbers of zmq.h that are part of the library's binary interface.
enum {
  zeromq_pair = 0,
  zeromq_publisher = 1,
  zeromq_reply = 4,
  zeromq_router = 6,
  zeromq_option_more = 13,
  zeromq_option_linger = 17,
  zeromq_option_send_mark = 23,
  zeromq_option_handover = 56,
  zeromq_dont_wait = 1,
  zeromq_more_follows = 2,
  zeromq_readable = 1,
};

// zmq_msg_t: a frame.
typedef struct {
  _Alignas(8) unsigned char content[64];
} zeromq_frame;

// zmq_pollitem_t: a socket that is waited for.
typedef struct {
  void *socket;
  int descriptor;
  short events;
  short happened;
} zeromq_poll_item;

typedef struct {
  void *(*ctx_new)(void);
  void *(*socket)(void *context, int kind);
  int (*setsockopt)(void *socket, int option, const void *value, size_t size);
  int (*getsockopt)(void *socket, int option, void *value, size_t *size);
  int (*bind)(void *socket, const char *endpoint);
  int (*connect)(void *socket, const char *endpoint);
  int (*send)(void *socket, const void *bytes, size_t size, int flags);
  int (*msg_init)(zeromq_frame *frame);
  int (*msg_recv)(zeromq_frame *frame, void *socket, int flags);
  void *(*msg_data)(zeromq_frame *frame);
  size_t (*msg_size)(const zeromq_frame *frame);
  int (*msg_close)(zeromq_frame *frame);
  int (*poll)(zeromq_poll_item *items, int count, long milliseconds);
  int (*error)(void);
  const char *(*strerror)(int error);
  void (*version)(int *major, int *minor, int *patch);
} zeromq_table;

// Opens the library. Returns its functions, or NULL after setting `reason`; both live as long as the program. Call it
// once.
const zeromq_table *zeromq_open(const char **reason);

// From now on C's `stdin` is a file that calls `read`: it fills the buffer and returns how many bytes it put there, 0
// at the end, or -1 with errno. Interpreters that are opened later read from it. False when there is no memory for it.
bool messaging_replace_input(ssize_t (*read)(char *buffer, size_t size));

// Whether SIGINT is ignored by now, as it is while C's `system` waits for a program.
bool messaging_ignores_interrupts(void);

// Has C write out standard output at the end of every line.
void messaging_buffer_lines(void);

// Writes out what C holds back of standard output.
void messaging_flush(void);
