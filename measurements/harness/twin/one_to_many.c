/* One to many: a batch goes to all, and is over when all have said that they have it. */

#include "twin.h"

#include <string.h>

enum { MANY = 64 };

static void publish(char *fds, int acknowledged, int listeners, size_t size, int batch,
                    double seconds, int result) {
  int outs[MANY], many = 0;
  for (char *fd = strtok(fds, ","); fd && many < MANY; fd = strtok(NULL, ",")) outs[many++] = atoi(fd);
  char *message = room(size), heard[MANY];
  FOR_A_WHILE(seconds) {
    for (int n = 0; n < batch; n++)
      for (int fd = 0; fd < many; fd++) check(write(outs[fd], message, size) == (ssize_t)size, "write");
    read_all(acknowledged, heard, listeners);
  }
  keep(result);
}

static void subscribe(int fd, int acknowledge, size_t size, int batch) {
  char *message = room(size);
  for (;;) {
    for (int n = 0; n < batch; n++) check(read(fd, message, size) == (ssize_t)size, "read");
    write_all(acknowledge, "!", 1);
  }
}

LOOP(publish, g->text[0], g->i[1], g->i[2], g->i[3], g->i[4], g->d[5], g->i[6])
LOOP(subscribe, g->i[0], g->i[1], g->i[2], g->i[3])

const struct loop one_to_many_loops[] = {
    {"publish", run_publish},
    {"subscribe", run_subscribe},
    {NULL, NULL},
};
