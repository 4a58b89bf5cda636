/* What all loops of the twin share: the clock, samples, and calls whose results are looked at. */

#ifndef TWIN_H
#define TWIN_H

#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 21, WARM_UP = 10 };

/* The nanoseconds of each round, made by main. */
extern int64_t *samples;
extern size_t count;

static inline void check(int good, const char *what) {
  if (!good) {
    perror(what);
    exit(1);
  }
}

static inline int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static inline void *room(size_t size) {
  void *memory = calloc(1, size);
  check(memory != NULL, "memory");
  return memory;
}

static inline void write_all(int fd, const void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t part = write(fd, (const char *)data + done, size - done);
    check(part > 0, "write");
    done += part;
  }
}

static inline void read_all(int fd, void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t part = read(fd, (char *)data + done, size - done);
    check(part > 0, "read");
    done += part;
  }
}

/* Everything between FOR_A_WHILE and keep happens again until the time is over. */
#define FOR_A_WHILE(seconds)                                                           \
  for (int64_t last = now(), end = last + (int64_t)((seconds) * 1e9), moment;          \
       last < end && count < MOST;                                                     \
       moment = now(), samples[count++] = moment - last, last = moment)

/* Write the samples, but for the warm-up. */
void keep(int result);

/* Count what `take` gets for so long; write bytes and nanoseconds. */
void count_bytes(ssize_t (*take)(int, void *, size_t), int in, size_t size, double seconds,
                 int result);

/* What one program is given: each argument as a number, and as it was written. */
struct given {
  double d[8];
  int i[8];
  char *text[8];
};

struct loop {
  const char *name;
  void (*run)(const struct given *);
};

/* A loop, called with its arguments. */
#define LOOP(name, ...) \
  static void run_##name(const struct given *g) { name(__VA_ARGS__); }

/* The loops of each file, closed by one without a name. */
extern const struct loop stream_loops[], memory_loops[], queue_loops[], connection_loops[],
    one_to_many_loops[], packet_loops[];

#endif
