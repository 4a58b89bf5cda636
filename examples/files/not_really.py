"""Everything is a file, but hardly anything behaves like one.

Five bytes are written into six things that all have a descriptor, and each is asked what a program
expects of a file. The regular file answers as it should; so does the memfd, which has no path. The
others give no size, or another size than they hold, or cannot seek, or cannot be opened again.

:needs: none
:man: open(2), lseek(2), epoll_ctl(2), proc(5), memfd_create(2)
:since: 3.17
"""

import errno
import os
import select
import socket
import tempfile


def attempt(act, *args):
    try:
        act(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "yes"


def poll(fd):
    with select.epoll() as events:
        events.register(fd)


def reopen(fd):
    os.close(os.open(f"/dev/fd/{fd}", os.O_RDONLY))


def ask(fd):
    status = os.fstat(fd)
    return (
        status.st_nlink,
        status.st_size,
        attempt(os.lseek, fd, 0, os.SEEK_SET),
        len(os.read(fd, 5)),
        attempt(poll, fd),
        attempt(reopen, fd),
    )


def things(folder):
    os.mkfifo(f"{folder}/fifo")
    ours, theirs = socket.socketpair()
    paths = {
        "a file": f"{folder}/file",
        "/dev/null": "/dev/null",
        "/proc/self/comm": "/proc/self/comm",
        "a FIFO": f"{folder}/fifo",
    }
    for name, path in paths.items():
        fd = os.open(path, os.O_RDWR | os.O_CREAT)
        yield name, fd, fd
    yield "a socket", theirs.detach(), ours.detach()
    memfd = os.memfd_create("letter")
    yield "a memfd", memfd, memfd


def row(who, *facts):
    print(f"{who + ':':17}{'{:<7}' * 6}".format(*facts).strip())


def main():
    found = {}
    row("asked", "names", "size", "seek", "read", "epoll", "reopen")
    with tempfile.TemporaryDirectory() as folder:
        for name, start, end in things(folder):
            os.write(start, b"hello")
            found[name] = ask(end)
            row(name, *found[name])
    assert found == {
        "a file": (1, 5, "yes", 5, "EPERM", "yes"),
        "/dev/null": (1, 0, "yes", 0, "EPERM", "yes"),
        "/proc/self/comm": (1, 0, "yes", 5, "EPERM", "yes"),
        "a FIFO": (1, 0, "ESPIPE", 5, "yes", "yes"),
        "a socket": (1, 0, "ESPIPE", 5, "yes", "ENXIO"),
        "a memfd": (0, 5, "yes", 5, "EPERM", "yes"),
    }


if __name__ == "__main__":
    main()
