"""The server starts after its clients.

Somebody else listens, and starts the server when a client is there: the listener is handed over as
descriptor 3, and two variables say so. That is socket activation, as systemd does it. A client
writes before any server runs, and is answered; that server ends, and the next client is answered by
another.

:needs: none
:man: sd_listen_fds(3), systemd.socket(5), execve(2)
:since: 2.6
"""

import os
import select
import socket
import sys

FIRST = 3  # SD_LISTEN_FDS_START: after stdin, stdout and stderr


def start_server(listener):
    pid = os.fork()
    if pid == 0:
        os.dup2(listener.fileno(), FIRST)
        # In case that it was 3 already.
        os.set_inheritable(FIRST, True)
        os.environ.update(
            LISTEN_FDS="1",
            LISTEN_PID=str(os.getpid()),
        )
        python = sys.executable
        os.execv(python, [python, __file__])
    return pid


def listener_from_above():
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        assert os.environ["LISTEN_FDS"] == "1"
        return socket.socket(fileno=FIRST)


def serve_one(listener):
    print("server: I start")
    client, _ = listener.accept()
    with client:
        client.settimeout(5)
        client.sendall(client.recv(100).upper())


def ask(address, question):
    client = socket.create_connection(address, 5)
    client.sendall(question)
    print(f"client: {question!r}, and no server runs")
    return client


def supervise(listener, client):
    """Start a server when a client is there, and not before."""
    ready, _, _ = select.select([listener], [], [], 5)
    assert ready
    pid = start_server(listener)
    with client:
        answer = client.recv(100)
    os.waitpid(pid, 0)
    return answer


def supervisor():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        for question in (b"early bird", b"another"):
            client = ask(address, question)
            answer = supervise(listener, client)
            print(f"client: {answer!r}; and the server has ended")
            assert answer == question.upper()


def main():
    if listener := listener_from_above():
        serve_one(listener)
    else:
        supervisor()


if __name__ == "__main__":
    main()
