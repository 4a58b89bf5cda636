"""Multicast on Unix sockets never came; so share the letter.

Groups for Unix sockets were proposed in November 2010 and in February 2012; neither series was
merged. A UDP socket may join a group, a Unix socket may not, and readers that share one socket get
one copy between them. So write the letter once into memory, seal it, and pass it: a descriptor for
each reader, one copy for all.

:needs: none
:man: unix(7), ip(7), memfd_create(2), fcntl(2)
:see: LKML, "af_unix: add multicast and filtering features to AF_UNIX", 20 February 2012;
    examples/netlink/bus.py
:since: 3.17
"""

import contextlib
import fcntl
import os
import socket

from examples.support.scene import child

READERS = ("ann", "bob", "cat")
LETTER = b"read this, all of you"


def join_a_group(family):
    group = socket.inet_aton("224.0.0.251")
    here = socket.inet_aton("127.0.0.1")
    with socket.socket(family, socket.SOCK_DGRAM) as reader:
        try:
            reader.setsockopt(
                socket.IPPROTO_IP,
                socket.IP_ADD_MEMBERSHIP,
                group + here,
            )
            return "joined"
        except OSError as error:
            return error.strerror


def copies_for_two_readers():
    """Two readers of one socket; they do not wait."""
    sender, reader = socket.socketpair(
        socket.AF_UNIX, socket.SOCK_DGRAM
    )
    with sender, reader, reader.dup() as other:
        sender.send(LETTER)
        copies = 0
        for mailbox in (reader, other):
            mailbox.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                copies += mailbox.recv(100) == LETTER
        return copies


def sealed(letter):
    memory = os.memfd_create("letter", os.MFD_ALLOW_SEALING)
    os.write(memory, letter)
    fcntl.fcntl(
        memory,
        fcntl.F_ADD_SEALS,
        fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK,
    )
    return memory


def read_letter(name, line):
    line.settimeout(10)
    _, [memory], _, _ = socket.recv_fds(line, 1, maxfds=1)
    text = os.pread(memory, 100, 0)
    print(f"{name}: {text.decode()}")
    assert text == LETTER
    line.sendall(b"%d" % os.fstat(memory).st_ino)


def show(name, memory):
    """Let one reader read; which file did it hold?"""
    ours, theirs = socket.socketpair()
    with ours, child(read_letter, name, theirs):
        theirs.close()
        ours.settimeout(10)
        socket.send_fds(ours, [b"!"], [memory])
        return int(ours.recv(20))


def main():
    udp = join_a_group(socket.AF_INET)
    unix = join_a_group(socket.AF_UNIX)
    print(f"udp: may I join a group? {udp}")
    print(f"unix: may I join a group? {unix}")
    assert (udp, unix) == ("joined", "Operation not supported")
    copies = copies_for_two_readers()
    print(f"unix: two readers, one send: {copies} copy")
    assert copies == 1
    memory = sealed(LETTER)
    files = {show(name, memory) for name in READERS}
    print(f"kernel: three readers, {len(files)} copy in memory")
    assert files == {os.fstat(memory).st_ino}


if __name__ == "__main__":
    main()
