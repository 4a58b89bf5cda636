/* The loops in C, by the same names and arguments as in Python: what of a figure is Python's own?
   Compiled when it is needed (programs.py). The descriptors are open already. */

#include "twin.h"

#include <string.h>

int64_t *samples;
size_t count;

void keep(int result) {
  size_t skip = count / WARM_UP;
  write_all(result, samples + skip, (count - skip) * sizeof *samples);
}

void count_bytes(ssize_t (*take)(int, void *, size_t), int in, size_t size, double seconds,
                 int result) {
  char *buffer = room(size);
  int64_t from = now(), to = from + (int64_t)(seconds * 1e9 / WARM_UP), totals[2] = {0, 0};
  while (now() < to) check(take(in, buffer, size) > 0, "read");
  from = now();
  to = from + (int64_t)(seconds * 1e9);
  while (from + totals[1] < to) {
    ssize_t part = take(in, buffer, size);
    check(part > 0, "read");
    totals[0] += part;
    totals[1] = now() - from;
  }
  write_all(result, totals, sizeof totals);
}

static const struct loop *const ALL[] = {stream_loops,     memory_loops,      queue_loops,
                                         connection_loops, one_to_many_loops, packet_loops};

static const struct loop *find(const char *name) {
  for (size_t file = 0; file < sizeof ALL / sizeof *ALL; file++)
    for (const struct loop *loop = ALL[file]; loop->name; loop++)
      if (!strcmp(loop->name, name)) return loop;
  fprintf(stderr, "no such loop: %s\n", name);
  exit(2);
}

int main(int argc, char **argv) {
  struct given given = {0};
  check(argc > 1, "which loop?");
  for (int n = 2; n < argc && n < 10; n++) {
    given.text[n - 2] = argv[n];
    given.i[n - 2] = given.d[n - 2] = atof(argv[n]);
  }
  const struct loop *loop = find(argv[1]);
  samples = room(MOST * sizeof *samples);
  /* Its pages come now, not in between. */
  for (size_t at = 0; at < MOST; at += 512) samples[at] = 1;
  loop->run(&given);
  return 0;
}
