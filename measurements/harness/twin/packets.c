/* A packet socket: many packets wait, how long does it take to have them all? */

#include "twin.h"

#include <linux/if_packet.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { HEADERS = 28 }; /* what IP and UDP put before a message: RFC 791, RFC 768 */

static void burst(int fd, int packets, size_t size, int result) {
  char *message = room(size);
  int64_t totals[2] = {packets, now()};
  for (int n = 0; n < packets; n++) check(write(fd, message, size) == (ssize_t)size, "write");
  totals[1] = now() - totals[1];
  write_all(result, totals, sizeof totals);
}

static void drain_by_recv(int fd, int packets, size_t size, int result) {
  char buffer[2048];
  int64_t totals[2] = {packets, now()};
  ssize_t whole = HEADERS + size;
  for (int n = 0; n < packets; n++) check(recv(fd, buffer, sizeof buffer, 0) == whole, "recv");
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
    while (!(*(volatile uint32_t *)&desc->hdr.bh1.block_status & TP_STATUS_USER))
      check(poll(&ready, 1, 1000) >= 0, "poll");
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

LOOP(burst, g->i[0], g->i[1], g->i[2], g->i[3])
LOOP(drain_by_recv, g->i[0], g->i[1], g->i[2], g->i[3])
LOOP(drain_by_ring, g->i[0], g->i[1], g->i[2], g->i[3], g->i[4])

const struct loop packet_loops[] = {
    {"burst", run_burst},
    {"drain_by_recv", run_drain_by_recv},
    {"drain_by_ring", run_drain_by_ring},
    {NULL, NULL},
};
