/* Memory that both share: the message lies in it, and something else says that it is there. */

#include "twin.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { PAGE = 4096, HALF = PAGE / 2 };

struct half {
  char message[HALF - 4];
  volatile uint32_t flag;
};

static struct half *map_halves(int memory) {
  struct half *halves = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  check(halves != MAP_FAILED, "mmap");
  return halves;
}

static void ask_eventfd(int memory, int there, int back, size_t size, double seconds, int result) {
  struct half *page = map_halves(memory);
  char *message = room(size);
  eventfd_t one;
  FOR_A_WHILE(seconds) {
    memcpy(page[0].message, message, size);
    check(eventfd_write(there, 1) == 0, "eventfd_write");
    check(eventfd_read(back, &one) == 0, "eventfd_read");
    memcpy(message, page[1].message, size);
  }
  keep(result);
}

static void answer_eventfd(int memory, int there, int back, size_t size) {
  struct half *page = map_halves(memory);
  for (eventfd_t one;;) {
    check(eventfd_read(there, &one) == 0, "eventfd_read");
    memcpy(page[1].message, page[0].message, size);
    check(eventfd_write(back, 1) == 0, "eventfd_write");
  }
}

static void wake(volatile uint32_t *flag) {
  check(syscall(SYS_futex, flag, FUTEX_WAKE, 1) >= 0, "futex");
}

static void wait_for(volatile uint32_t *flag) {
  while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE)) {
    int done = syscall(SYS_futex, flag, FUTEX_WAIT, 0, NULL) == 0;
    /* EAGAIN: the flag was set before we slept. */
    check(done || errno == EAGAIN || errno == EINTR, "futex");
  }
}

static void spin_for(volatile uint32_t *flag) {
  while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE)) {
  }
}

static void set(volatile uint32_t *flag, uint32_t value) {
  __atomic_store_n(flag, value, __ATOMIC_RELEASE);
}

static void ask_memory(int memory, size_t size, double seconds, int result, int spinning) {
  struct half *page = map_halves(memory);
  char *message = room(size);
  FOR_A_WHILE(seconds) {
    memcpy(page[0].message, message, size);
    set(&page[0].flag, 1);
    if (spinning) {
      spin_for(&page[1].flag);
    } else {
      wake(&page[0].flag);
      wait_for(&page[1].flag);
    }
    set(&page[1].flag, 0);
    memcpy(message, page[1].message, size);
  }
  keep(result);
}

static void answer_memory(int memory, size_t size, int spinning) {
  struct half *page = map_halves(memory);
  for (;;) {
    if (spinning)
      spin_for(&page[0].flag);
    else
      wait_for(&page[0].flag);
    set(&page[0].flag, 0);
    memcpy(page[1].message, page[0].message, size);
    set(&page[1].flag, 1);
    if (!spinning) wake(&page[1].flag);
  }
}

static void ask_futex(int memory, size_t size, double seconds, int result) {
  ask_memory(memory, size, seconds, result, 0);
}

static void ask_spinning(int memory, size_t size, double seconds, int result) {
  ask_memory(memory, size, seconds, result, 1);
}

static void answer_futex(int memory, size_t size) { answer_memory(memory, size, 0); }

static void answer_spinning(int memory, size_t size) { answer_memory(memory, size, 1); }

LOOP(ask_eventfd, g->i[0], g->i[1], g->i[2], g->i[3], g->d[4], g->i[5])
LOOP(answer_eventfd, g->i[0], g->i[1], g->i[2], g->i[3])
LOOP(ask_futex, g->i[0], g->i[1], g->d[2], g->i[3])
LOOP(answer_futex, g->i[0], g->i[1])
LOOP(ask_spinning, g->i[0], g->i[1], g->d[2], g->i[3])
LOOP(answer_spinning, g->i[0], g->i[1])

const struct loop memory_loops[] = {
    {"ask_eventfd", run_ask_eventfd},
    {"answer_eventfd", run_answer_eventfd},
    {"ask_futex", run_ask_futex},
    {"answer_futex", run_answer_futex},
    {"ask_spinning", run_ask_spinning},
    {"answer_spinning", run_answer_spinning},
    {NULL, NULL},
};
