"""Memory that even its owner can no longer change.

If you map memory that a stranger passed on, you have to fear that it changes while you read, or
shrinks, which ends in SIGBUS. A sealed memfd does neither: the receiver asks for the seals before
it maps. The sender's write, its truncate and more seals are refused.

:needs: none
:man: memfd_create(2), fcntl(2), mmap(2), unix(7)
:since: 3.17
"""

import errno
import fcntl
import mmap
import os
import socket

from examples.support.scene import child

SEALS = (
    fcntl.F_SEAL_WRITE
    | fcntl.F_SEAL_SHRINK
    | fcntl.F_SEAL_GROW
    | fcntl.F_SEAL_SEAL
)


def seal(memory):
    fcntl.fcntl(memory, fcntl.F_ADD_SEALS, SEALS)


def is_sealed(memory):
    seals = fcntl.fcntl(memory, fcntl.F_GET_SEALS)
    return seals & SEALS == SEALS


def read_if_sealed(memory):
    if not is_sealed(memory):
        return "not sealed, not touched"
    private = mmap.MAP_PRIVATE
    with mmap.mmap(memory, 0, private) as page:
        return f"sealed, it says {page[:].decode()!r}"


def receiver(channel, expected):
    _, [memory], _, _ = socket.recv_fds(channel, 1, 1)
    found = read_if_sealed(memory)
    print(f"receiver: {found}")
    assert found == expected


def attempt(act, *args):
    try:
        act(*args)
    except OSError as error:
        return errno.errorcode[error.errno]


def send(memory, expected):
    ours, theirs = socket.socketpair()
    with ours, theirs, child(receiver, theirs, expected):
        socket.send_fds(ours, [b"!"], [memory])


def main():
    memory = os.memfd_create("contract", os.MFD_ALLOW_SEALING)
    os.write(memory, b"we agree on 100")
    send(memory, "not sealed, not touched")

    with mmap.mmap(memory, 0):
        early = attempt(seal, memory)
        print(f"sender: seal while it is mapped to write: {early}")
    assert early == "EBUSY"
    seal(memory)
    send(memory, "sealed, it says 'we agree on 100'")

    write = attempt(os.pwrite, memory, b"900", 12)
    shrink = attempt(os.ftruncate, memory, 0)
    undo = attempt(fcntl.fcntl, memory, fcntl.F_ADD_SEALS, 0)
    print(
        f"sender: write {write}, truncate {shrink}, new seals {undo}"
    )
    assert write == shrink == undo == "EPERM"


if __name__ == "__main__":
    main()
