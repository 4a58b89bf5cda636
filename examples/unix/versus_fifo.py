"""What a FIFO cannot say: who, to whom, and "take this".

Two writers on a FIFO are one soup, and nobody can answer. Two clients of a Unix socket are two
lines, each with its own answer; the kernel says who called, and an open file may come along. In
return, every program that opens files can read a FIFO, and none can open a socket.

:needs: none
:man: fifo(7), unix(7), open(2)
:since: 2.6
"""

import errno
import os
import socket
import struct
import subprocess
import tempfile

from examples.support.scene import child


def write(word):
    with open("fifo", "wb", buffering=0) as fifo:
        fifo.write(word)


def one_soup():
    os.mkfifo("fifo")
    fifo = os.open("fifo", os.O_RDWR)  # a reader who will not leave
    for word in (b"ann", b"bob"):
        with child(write, word):
            pass
    soup = os.read(fifo, 100)
    os.close(fifo)
    print(f"fifo: two writers, one soup: {soup!r}")
    assert soup == b"annbob"


def call(name):
    """Be a client: send a name and an open file, hear an answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect("socket")
        socket.send_fds(line, [name.encode()], [0])
        answer = line.recv(100).decode()
    print(f"{name}: I hear: {answer}")
    assert answer == f"hello {name}"


def who_called(line):
    who = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return struct.unpack("iII", who)[0]


def accept(listener, pid):
    line, _ = listener.accept()
    name, [file], _, _ = socket.recv_fds(line, 100, maxfds=1)
    known = who_called(line) == pid
    same = os.path.sameopenfile(file, 0)
    print(f"server: {name.decode()}, known to the kernel: {known}")
    print(f"server: an open file came along: {same}")
    assert known and same
    return line, name


def reply(line, name):
    with line:
        line.sendall(b"hello " + name)
        assert line.recv(1) == b""  # heard, and gone


def two_lines():
    with socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(10)
        listener.bind("socket")
        listener.listen()
        with child(call, "ann") as pid:
            ann = accept(listener, pid)
            with child(call, "bob") as pid:
                bob = accept(listener, pid)
                reply(*bob)
            reply(*ann)


def who_can_open():
    with child(write, b"any program can read me"):
        words = subprocess.run(
            ["cat", "fifo"], capture_output=True, timeout=10
        ).stdout.decode()
    print(f"fifo: cat says: {words}")
    assert words == "any program can read me"
    try:
        open("socket").close()
    except OSError as error:
        refusal = errno.errorcode[error.errno]
    print(f"unix: open() says: {refusal}")
    assert refusal == "ENXIO"


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        one_soup()
        two_lines()
        who_can_open()


if __name__ == "__main__":
    main()
