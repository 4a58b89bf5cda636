/* The loops of loops.py in C, by the same names and arguments: what of a figure is Python's own?
   Compiled when it is needed (twin.py). The descriptors are open already. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/futex.h>
#include <linux/if_packet.h>
#include <mqueue.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 21, WARM_UP = 10, STREAM_BUFFER = 64 << 10, PAGE = 4096, HALF = PAGE / 2 };

static int64_t *samples;
static size_t count;

static void check(int good, const char *what) {
  if (!good) {
    perror(what);
    exit(1);
  }
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void write_all(int fd, const void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t part = write(fd, (const char *)data + done, size - done);
    check(part > 0, "write");
    done += part;
  }
}

static void read_all(int fd, void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t part = read(fd, (char *)data + done, size - done);
    check(part > 0, "read");
    done += part;
  }
}

static void keep(int result) {
  size_t skip = count / WARM_UP;
  write_all(result, samples + skip, (count - skip) * sizeof *samples);
}

/* Everything between FOR_A_WHILE and SAMPLED happens again until the time is over. */
#define FOR_A_WHILE(seconds) \
  for (int64_t last = now(), end = last + (int64_t)((seconds) * 1e9), moment; last < end && count < MOST; \
       moment = now(), samples[count++] = moment - last, last = moment)

static void ask(int in, int out, size_t size, int writes, double seconds, int result) {
  char *message = calloc(1, size);
  FOR_A_WHILE(seconds) {
    for (int n = 0; n < writes; n++) write_all(out, message, size / writes);
    read_all(in, message, size);
  }
  keep(result);
}

static void answer(int in, int out, size_t size, int writes) {
  (void)writes; /* read_all does not mind */
  char *message = malloc(size);
  for (;;) {
    read_all(in, message, size);
    write_all(out, message, size);
  }
}

static void send_(int out, size_t size) {
  char *message = calloc(1, size);
  for (;;) check(write(out, message, size) > 0, "write");
}

static void count_bytes(ssize_t (*take)(int, void *, size_t), int in, size_t room, double seconds,
                        int result) {
  char *buffer = malloc(room);
  int64_t from = now(), to = from + (int64_t)(seconds * 1e9 / WARM_UP), totals[2] = {0, 0};
  while (now() < to) check(take(in, buffer, room) > 0, "read");
  from = now();
  to = from + (int64_t)(seconds * 1e9);
  while (from + totals[1] < to) {
    totals[0] += take(in, buffer, room);
    totals[1] = now() - from;
  }
  write_all(result, totals, sizeof totals);
}

static void receive(int in, size_t size, double seconds, int result) {
  count_bytes(read, in, size > STREAM_BUFFER ? size : STREAM_BUFFER, seconds, result);
}

/* Memory that both share. */

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
  char *message = calloc(1, size);
  eventfd_t one;
  FOR_A_WHILE(seconds) {
    memcpy(page[0].message, message, size);
    eventfd_write(there, 1);
    eventfd_read(back, &one);
    memcpy(message, page[1].message, size);
  }
  keep(result);
}

static void answer_eventfd(int memory, int there, int back, size_t size) {
  struct half *page = map_halves(memory);
  for (eventfd_t one;;) {
    eventfd_read(there, &one);
    memcpy(page[1].message, page[0].message, size);
    eventfd_write(back, 1);
  }
}

static void wake(volatile uint32_t *flag) { syscall(SYS_futex, flag, FUTEX_WAKE, 1); }

static void wait_for(volatile uint32_t *flag) {
  while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE)) syscall(SYS_futex, flag, FUTEX_WAIT, 0, NULL);
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
  char *message = calloc(1, size);
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

/* POSIX message queues. */

static void ask_queue(int there, int back, size_t size, double seconds, int result) {
  char *message = calloc(1, size);
  FOR_A_WHILE(seconds) {
    check(mq_send(there, message, size, 0) == 0, "mq_send");
    check(mq_receive(back, message, size, NULL) >= 0, "mq_receive");
  }
  keep(result);
}

static void answer_queue(int there, int back, size_t size) {
  char *message = malloc(size);
  for (;;) {
    check(mq_receive(there, message, size, NULL) >= 0, "mq_receive");
    check(mq_send(back, message, size, 0) == 0, "mq_send");
  }
}

static void send_queue(int queue, size_t size) {
  char *message = calloc(1, size);
  for (;;) check(mq_send(queue, message, size, 0) == 0, "mq_send");
}

static ssize_t take_message(int queue, void *buffer, size_t room) {
  return mq_receive(queue, buffer, room, NULL);
}

static void receive_queue(int queue, size_t size, double seconds, int result) {
  count_bytes(take_message, queue, size, seconds, result);
}

/* Descriptors, and connections. */

static void give(int sock, int gift) {
  char byte = '!';
  struct iovec piece = {&byte, 1};
  union {
    struct cmsghdr align;
    char room[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1,
                           .msg_control = control.room, .msg_controllen = sizeof control.room};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof gift);
  memcpy(CMSG_DATA(rights), &gift, sizeof gift);
  check(sendmsg(sock, &message, 0) == 1, "sendmsg");
}

static int take(int sock) {
  char byte;
  int gift;
  struct iovec piece = {&byte, 1};
  union {
    struct cmsghdr align;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1,
                           .msg_control = control.room, .msg_controllen = sizeof control.room};
  check(recvmsg(sock, &message, 0) == 1, "recvmsg");
  check(CMSG_FIRSTHDR(&message) != NULL, "no descriptor came");
  memcpy(&gift, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof gift);
  return gift;
}

static void ask_descriptor(int sock, int gift, double seconds, int result) {
  char byte;
  FOR_A_WHILE(seconds) {
    give(sock, gift);
    check(recv(sock, &byte, 1, 0) == 1, "recv");
  }
  keep(result);
}

static void answer_descriptor(int sock) {
  for (;;) {
    close(take(sock));
    check(send(sock, "!", 1, 0) == 1, "send");
  }
}

static void serve(int visitor) {
  char byte;
  check(recv(visitor, &byte, 1, 0) == 1, "recv");
  check(send(visitor, "!", 1, 0) == 1, "send");
  close(visitor);
}

static void ask_connection(int port, double seconds, int result) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct linger abort_ = {1, 0};
  char byte;
  FOR_A_WHILE(seconds) {
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(client, SOL_SOCKET, SO_LINGER, &abort_, sizeof abort_);
    check(connect(client, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    check(send(client, "?", 1, 0) == 1, "send");
    check(recv(client, &byte, 1, 0) == 1, "recv");
    close(client);
  }
  keep(result);
}

static int next_visitor(int listener) {
  int visitor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  check(visitor >= 0, "accept");
  return visitor;
}

static void answer_connection(int listener) {
  for (;;) serve(next_visitor(listener));
}

static void hand_over(int listener, int worker) {
  for (;;) {
    int visitor = next_visitor(listener);
    give(worker, visitor);
    close(visitor);
  }
}

static void take_over(int worker) {
  for (;;) serve(take(worker));
}

/* One to many. */

static void publish(char *fds, int acknowledged, int listeners, size_t size, int batch,
                    double seconds, int result) {
  int outs[64], many = 0;
  for (char *fd = strtok(fds, ","); fd && many < 64; fd = strtok(NULL, ",")) outs[many++] = atoi(fd);
  char *message = calloc(1, size), heard[64];
  FOR_A_WHILE(seconds) {
    for (int n = 0; n < batch; n++)
      for (int fd = 0; fd < many; fd++) check(write(outs[fd], message, size) > 0, "write");
    read_all(acknowledged, heard, listeners);
  }
  keep(result);
}

static void subscribe(int fd, int acknowledge, size_t size, int batch) {
  char *message = malloc(size);
  for (;;) {
    for (int n = 0; n < batch; n++) check(read(fd, message, size) > 0, "read");
    write_all(acknowledge, "!", 1);
  }
}

/* A packet socket. */

static void burst(int fd, int packets, size_t size, int result) {
  char *message = calloc(1, size);
  int64_t totals[2] = {packets, now()};
  for (int n = 0; n < packets; n++) check(write(fd, message, size) > 0, "write");
  totals[1] = now() - totals[1];
  write_all(result, totals, sizeof totals);
}

static void drain_by_recv(int fd, int packets, size_t size, int result) {
  char buffer[2048];
  int64_t totals[2] = {packets, now()};
  for (int n = 0; n < packets; n++) check(recv(fd, buffer, sizeof buffer, 0) > 0, "recv");
  totals[1] = now() - totals[1];
  write_all(result, totals, sizeof totals);
}

static void drain_by_ring(int fd, int packets, size_t block, int blocks, int result) {
  char *memory = mmap(NULL, block * blocks, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  check(memory != MAP_FAILED, "mmap");
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  int64_t totals[2] = {0, now()};
  volatile uint32_t sum = 0;
  for (int at = 0; totals[0] < packets; at = (at + 1) % blocks) {
    struct tpacket_block_desc *desc = (void *)(memory + at * block);
    while (!(*(volatile uint32_t *)&desc->hdr.bh1.block_status & TP_STATUS_USER)) poll(&ready, 1, 1000);
    struct tpacket3_hdr *packet = (void *)((char *)desc + desc->hdr.bh1.offset_to_first_pkt);
    for (uint32_t n = 0; n < desc->hdr.bh1.num_pkts; n++) {
      sum += packet->tp_nsec;
      packet = (void *)((char *)packet + packet->tp_next_offset);
    }
    totals[0] += desc->hdr.bh1.num_pkts;
    __atomic_store_n(&desc->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
  }
  totals[1] = now() - totals[1];
  write_all(result, totals, sizeof totals);
}

int main(int argc, char **argv) {
  double d[8] = {0};
  int i[8] = {0};
  check(argc > 1, "which loop?");
  for (int n = 2; n < argc && n < 10; n++) i[n - 2] = d[n - 2] = atof(argv[n]);
  samples = malloc(MOST * sizeof *samples);
  for (size_t at = 0; at < MOST; at += 512) samples[at] = 0; /* its pages come now, not in between */
#define LOOP(name, ...) \
  if (!strcmp(argv[1], #name)) name(__VA_ARGS__), exit(0)
  LOOP(ask, i[0], i[1], i[2], i[3], d[4], i[5]);
  LOOP(answer, i[0], i[1], i[2], i[3]);
  if (!strcmp(argv[1], "send")) send_(i[0], i[1]);
  LOOP(receive, i[0], i[1], d[2], i[3]);
  LOOP(ask_eventfd, i[0], i[1], i[2], i[3], d[4], i[5]);
  LOOP(answer_eventfd, i[0], i[1], i[2], i[3]);
  if (!strcmp(argv[1], "ask_futex")) ask_memory(i[0], i[1], d[2], i[3], 0), exit(0);
  if (!strcmp(argv[1], "answer_futex")) answer_memory(i[0], i[1], 0);
  if (!strcmp(argv[1], "ask_spinning")) ask_memory(i[0], i[1], d[2], i[3], 1), exit(0);
  if (!strcmp(argv[1], "answer_spinning")) answer_memory(i[0], i[1], 1);
  LOOP(ask_queue, i[0], i[1], i[2], d[3], i[4]);
  LOOP(answer_queue, i[0], i[1], i[2]);
  LOOP(send_queue, i[0], i[1]);
  LOOP(receive_queue, i[0], i[1], d[2], i[3]);
  LOOP(ask_descriptor, i[0], i[1], d[2], i[3]);
  LOOP(answer_descriptor, i[0]);
  LOOP(ask_connection, i[0], d[1], i[2]);
  LOOP(answer_connection, i[0]);
  LOOP(hand_over, i[0], i[1]);
  LOOP(take_over, i[0]);
  LOOP(publish, argv[2], i[1], i[2], i[3], i[4], d[5], i[6]);
  LOOP(subscribe, i[0], i[1], i[2], i[3]);
  LOOP(burst, i[0], i[1], i[2], i[3]);
  LOOP(drain_by_recv, i[0], i[1], i[2], i[3]);
  LOOP(drain_by_ring, i[0], i[1], i[2], i[3], i[4]);
  fprintf(stderr, "no such loop: %s\n", argv[1]);
  return 2;
}
