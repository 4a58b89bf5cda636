"""What a FIFO cannot say: who, to whom, and "take this".

Two writers on a FIFO are mixed, and neither can be answered. Two clients of a Unix socket are two
connections, each with its own answer; the kernel says who called, and an open file may come along.
In return, a program that opens files can read a FIFO, and cannot open a socket.

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


def one_mixture():
    os.mkfifo("fifo")
    fifo = os.open("fifo", os.O_RDWR)  # a reader who will not leave
    for word in (b"ann", b"bob"):
        with child(write, word):
            pass
    mixture = os.read(fifo, 100)
    os.close(fifo)
    print(f"fifo: two writers, mixed: {mixture!r}")
    assert mixture == b"annbob"


def call(name):
    """Be a client: send a name and an open file, hear an answer."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(10)
        caller.connect("socket")
        socket.send_fds(caller, [name.encode()], [0])
        answer = caller.recv(100).decode()
    print(f"{name}: I hear: {answer}")
    assert answer == f"hello {name}"


def who_called(caller):
    who = caller.getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, 12
    )
    return struct.unpack("iII", who)[0]


def accept(listener, pid):
    caller, _ = listener.accept()
    name, [file], _, _ = socket.recv_fds(caller, 100, maxfds=1)
    known = who_called(caller) == pid
    same = os.path.sameopenfile(file, 0)
    print(f"server: {name.decode()}, known to the kernel: {known}")
    print(f"server: an open file came along: {same}")
    assert known and same
    return caller, name


def reply(caller, name):
    with caller:
        caller.sendall(b"hello " + name)
        end = caller.recv(1)
        assert end == b""  # heard, and gone


def two_connections():
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
        one_mixture()
        two_connections()
        who_can_open()


if __name__ == "__main__":
    main()
