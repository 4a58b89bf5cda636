"""A path can be a network.

A FIFO has the name of a file, and little else of one: its size is 0, one cannot seek in it, and
without a reader a writer who will not wait is refused. Yet grep --line-buffered, told to read that
file, answers to each line as it is written: the path joins two programs.

:needs: none
:man: fifo(7), mkfifo(3), open(2)
:since: 2.6
"""

import errno
import os
import signal
import subprocess
import tempfile


def knock(path):
    """Open for writing, but do not wait for a reader."""
    try:
        os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        return errno.errorcode[error.errno]


def seek(file):
    try:
        os.lseek(file.fileno(), 0, os.SEEK_SET)
    except OSError as error:
        return errno.errorcode[error.errno]


def grep(word, path):
    return subprocess.Popen(
        ["grep", "--line-buffered", word, path],
        stdout=subprocess.PIPE,
        text=True,
    )


def write(file, line):
    file.write(line + "\n")
    print(f"writer: {line}")


def read(program):
    line = program.stdout.readline().strip()
    print(f"grep: {line}")
    return line


def follow(path):
    """It answers before the file ends."""
    with (
        grep("ERR", path) as hits,
        open(path, "w", buffering=1) as log,
    ):
        write(log, "GET /index.html")
        write(log, "ERR disk full")
        hit = read(hits)
        assert hit == "ERR disk full"
        write(log, "ERR disk gone")
        hit = read(hits)
        assert hit == "ERR disk gone"
        size = os.stat(path).st_size
        return size, seek(log)


def main():
    signal.alarm(10)  # opening a FIFO waits for the other end
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "live.log")
        os.mkfifo(path)
        refusal = knock(path)
        print(f"kernel: no reader yet: {refusal}")
        assert refusal == "ENXIO"
        size, sought = follow(path)
        print(f"kernel: size of this file {size}, seek {sought}")
        assert (size, sought) == (0, "ESPIPE")


if __name__ == "__main__":
    main()
