"""A receiver can refuse the descriptors that others send it.

A process that may send to a Unix socket may send descriptors to it, and the receiver is not asked.
With SO_PASSRIGHTS off, the sender is told EPERM and nothing arrives; plain messages still pass.

:needs: kernel 6.16
:man: unix(7), cmsg(3)
:see: net/unix/af_unix.c in Linux 6.16
:since: 6.16
"""

import errno
import os
import socket

from examples.support.linux import SO_PASSRIGHTS


def open_files():
    return len(os.listdir("/proc/self/fd"))


def send_descriptor(sender):
    with open("/dev/null") as gift:
        try:
            socket.send_fds(sender, [b"a gift"], [gift.fileno()])
            return "sent"
        except OSError as error:
            return errno.errorcode[error.errno]


def take(receiver):
    before = open_files()
    text, _, _, _ = socket.recv_fds(receiver, 100, maxfds=1)
    return text.decode(), open_files() - before


def main():
    sender, receiver = socket.socketpair()
    with sender, receiver:
        receiver.settimeout(10)
        sent = send_descriptor(sender)
        text, gained = take(receiver)
        print(f"sender: a descriptor, unasked: {sent}")
        print(f"receiver: I hold {gained} more open file")
        assert (sent, gained) == ("sent", 1)

        receiver.setsockopt(socket.SOL_SOCKET, SO_PASSRIGHTS, 0)
        print("receiver: no descriptors, please")
        refused = send_descriptor(sender)
        print(f"sender: another descriptor: {refused}")
        sender.send(b"just a word")
        text, gained = take(receiver)
        print(f"receiver: I got {text!r}, and {gained} open files")
        assert refused == "EPERM"
        assert (text, gained) == ("just a word", 0)


if __name__ == "__main__":
    main()
