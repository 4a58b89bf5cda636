/* By read and write: pipes, sockets, datagrams. */

#include "twin.h"

enum { BUFFER = 64 << 10 };

static void ask(int in, int out, size_t size, int writes, double seconds, int result) {
  char *message = room(size);
  FOR_A_WHILE(seconds) {
    for (int n = 0; n < writes; n++) write_all(out, message, size / writes);
    read_all(in, message, size);
  }
  keep(result);
}

static void answer(int in, int out, size_t size, int writes) {
  (void)writes; /* read_all does not mind */
  char *message = room(size);
  for (;;) {
    read_all(in, message, size);
    write_all(out, message, size);
  }
}

static void send_(int out, size_t size) {
  char *message = room(size);
  for (;;) check(write(out, message, size) > 0, "write");
}

static void receive(int in, size_t size, double seconds, int result) {
  count_bytes(read, in, size > BUFFER ? size : BUFFER, seconds, result);
}

LOOP(ask, g->i[0], g->i[1], g->i[2], g->i[3], g->d[4], g->i[5])
LOOP(answer, g->i[0], g->i[1], g->i[2], g->i[3])
LOOP(send_, g->i[0], g->i[1])
LOOP(receive, g->i[0], g->i[1], g->d[2], g->i[3])

const struct loop stream_loops[] = {
    {"ask", run_ask},
    {"answer", run_answer},
    {"send", run_send_},
    {"receive", run_receive},
    {NULL, NULL},
};
