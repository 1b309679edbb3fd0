#define _GNU_SOURCE
#include "messaging.h"

#include <signal.h>
#include <stdio.h>

static ssize_t (*reader)(char *buffer, size_t size);

static ssize_t read_cookie(void *cookie, char *buffer, size_t size) {
  (void)cookie;
  return reader(buffer, size);
}

bool messaging_replace_input(ssize_t (*read)(char *buffer, size_t size)) {
  reader = read;
  FILE *file = fopencookie(NULL, "r", (cookie_io_functions_t){.read = read_cookie});
  if (file == NULL) return false;
  stdin = file;
  return true;
}

bool messaging_ignores_interrupts(void) {
  struct sigaction action;
  return sigaction(SIGINT, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void messaging_buffer_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

void messaging_flush(void) { fflush(stdout); }
