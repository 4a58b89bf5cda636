/* POSIX message queues. */

#include "twin.h"

#include <mqueue.h>

static void ask_queue(int there, int back, size_t size, double seconds, int result) {
  char *message = room(size);
  FOR_A_WHILE(seconds) {
    check(mq_send(there, message, size, 0) == 0, "mq_send");
    check(mq_receive(back, message, size, NULL) == (ssize_t)size, "mq_receive");
  }
  keep(result);
}

static void answer_queue(int there, int back, size_t size) {
  char *message = room(size);
  for (;;) {
    check(mq_receive(there, message, size, NULL) == (ssize_t)size, "mq_receive");
    check(mq_send(back, message, size, 0) == 0, "mq_send");
  }
}

static void send_queue(int queue, size_t size) {
  char *message = room(size);
  for (;;) check(mq_send(queue, message, size, 0) == 0, "mq_send");
}

static ssize_t take_message(int queue, void *buffer, size_t room) {
  return mq_receive(queue, buffer, room, NULL);
}

static void receive_queue(int queue, size_t size, double seconds, int result) {
  count_bytes(take_message, queue, size, seconds, result);
}

LOOP(ask_queue, g->i[0], g->i[1], g->i[2], g->d[3], g->i[4])
LOOP(answer_queue, g->i[0], g->i[1], g->i[2])
LOOP(send_queue, g->i[0], g->i[1])
LOOP(receive_queue, g->i[0], g->i[1], g->d[2], g->i[3])

const struct loop queue_loops[] = {
    {"ask_queue", run_ask_queue},
    {"answer_queue", run_answer_queue},
    {"send_queue", run_send_queue},
    {"receive_queue", run_receive_queue},
    {NULL, NULL},
};
