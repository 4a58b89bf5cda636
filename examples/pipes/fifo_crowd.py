"""A FIFO shares its bytes out: what one reader gets, another does not.

Many may write to one path and many may read from it, but it is a queue of work, not a newspaper:
three processes leave six notes, two descriptors read them in turn, and each note comes out of
exactly one. With a writer left, an empty FIFO says EAGAIN; without one, end of file.

:needs: none
:man: fifo(7), pipe(7)
:since: 2.6
"""

import errno
import os
import tempfile

from examples.support.scene import child

NOTE = 8  # bytes; up to PIPE_BUF, notes never mix
WRITERS = ["ann", "ben", "cleo"]


def leave_notes(path, name):
    with open(path, "wb", buffering=0) as fifo:
        for number in (1, 2):
            fifo.write(f"{name} {number}".encode().ljust(NOTE))


def read_note(fifo):
    try:
        return os.read(fifo, NOTE).decode().strip()
    except BlockingIOError as error:
        return errno.errorcode[error.errno]


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "letter-box")
        os.mkfifo(path)
        read = os.O_RDONLY | os.O_NONBLOCK
        one, two = os.open(path, read), os.open(path, read)
        slot = os.open(path, os.O_WRONLY)
        for name in WRITERS:
            with child(leave_notes, path, name):
                pass
        print("ann, ben, cleo: two notes each, into one path")

        taken = [(read_note(one), read_note(two)) for _ in range(3)]
        first, second = map(list, zip(*taken, strict=True))
        print(f"reader one: {', '.join(first)}")
        print(f"reader two: {', '.join(second)}")
        notes = {f"{name} {n}" for name in WRITERS for n in (1, 2)}
        assert set(first) | set(second) == notes
        assert set(first) & set(second) == set()

        empty = read_note(one)
        print(f"reader one: once more, a writer is left: {empty}")
        os.close(slot)
        ended = read_note(two)
        print(f"reader two: once more, none is left: {ended!r}")
        assert (empty, ended) == ("EAGAIN", "")


if __name__ == "__main__":
    main()
