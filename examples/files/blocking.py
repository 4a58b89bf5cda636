"""Nothing to read means three things.

Nothing yet: read() waits, or says EAGAIN where O_NONBLOCK is set, even if it was set by way of a
dup(). The end of a pipe: no writer is left, and read() returns nothing. The end of a regular file:
nothing as well, but only for now; once the file has grown, the same read() goes on, as `tail -f`
does.

:needs: none
:man: read(2), pipe(7), fcntl(2), signal(7)
:since: 2.6
"""

import errno
import os
import signal
import tempfile


class Interrupted(Exception):
    pass


def interrupt(*_):
    raise Interrupted


def wait_in_vain(fd):
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        return os.read(fd, 100)
    except Interrupted:
        return "waits, until a signal comes"


def read(fd):
    try:
        return os.read(fd, 100)
    except BlockingIOError as error:
        return errno.errorcode[error.errno]


def main():
    end, start = os.pipe()
    waited = wait_in_vain(end)
    print(f"empty pipe: {waited}")
    assert waited == "waits, until a signal comes"
    signal.alarm(10)  # nothing below waits
    os.set_blocking(os.dup(end), False)
    refused = read(end)
    print(f"empty pipe, O_NONBLOCK on its dup: {refused}")
    assert refused == "EAGAIN"
    os.close(start)
    ended = read(end)
    print(f"pipe that nobody can write to: {ended}")
    assert ended == b""

    with tempfile.NamedTemporaryFile(buffering=0) as file:
        fd = os.open(file.name, os.O_RDONLY)
        nothing = read(fd)
        print(f"file, at its end: {nothing}")
        file.write(b"more")
        more = read(fd)
        print(f"file, after it grew: {more}")
        assert (nothing, more) == (b"", b"more")


if __name__ == "__main__":
    main()
