/* Descriptors that are sent along, and connections: made, answered, handed over. */

#include "twin.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

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
    check(client >= 0, "socket");
    int good = setsockopt(client, SOL_SOCKET, SO_LINGER, &abort_, sizeof abort_);
    check(good == 0, "setsockopt");
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

LOOP(ask_descriptor, g->i[0], g->i[1], g->d[2], g->i[3])
LOOP(answer_descriptor, g->i[0])
LOOP(ask_connection, g->i[0], g->d[1], g->i[2])
LOOP(answer_connection, g->i[0])
LOOP(hand_over, g->i[0], g->i[1])
LOOP(take_over, g->i[0])

const struct loop connection_loops[] = {
    {"ask_descriptor", run_ask_descriptor},
    {"answer_descriptor", run_answer_descriptor},
    {"ask_connection", run_ask_connection},
    {"answer_connection", run_answer_connection},
    {"hand_over", run_hand_over},
    {"take_over", run_take_over},
    {NULL, NULL},
};
