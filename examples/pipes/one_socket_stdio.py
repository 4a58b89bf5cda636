"""sort becomes a network server.

A program that knows nothing of sockets gets one TCP connection as both its stdin and its stdout, as
inetd does it. The client sends its lines, ends its half by shutdown() and reads the answer. One
thing betrays it: /dev/stdin cannot be opened where it is a socket (ENXIO).

:needs: none
:man: socket(7), dup(2), shutdown(2)
:since: 2.6
"""

import errno
import os
import socket
import subprocess

WORDS = "pipe\nsocket\nfile\n"


def serve(listener):
    """What inetd does."""
    connection, _ = listener.accept()
    with connection:
        return subprocess.Popen(
            ["sort"],
            stdin=connection,
            stdout=connection,
        )


def ask(client, text):
    client.sendall(text.encode())
    client.shutdown(socket.SHUT_WR)
    with client.makefile() as answer:
        return answer.read()


def open_again(stream):
    try:
        os.open(f"/dev/fd/{stream.fileno()}", os.O_RDWR)
    except OSError as error:
        return errno.errorcode[error.errno]


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(
        listener.getsockname(), timeout=10
    )
    with listener, client, serve(listener):
        print(f"client: {', '.join(WORDS.split())}")
        answer = ask(client, WORDS)
        print(f"sort: {', '.join(answer.split())}")
        assert answer == "file\npipe\nsocket\n"
        refusal = open_again(client)
    print(f"kernel: open a socket by /dev/fd: {refusal}")
    assert refusal == "ENXIO"


if __name__ == "__main__":
    main()
