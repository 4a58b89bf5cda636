"""Four servers in turn, and no client is refused.

A server that closes its listener and starts again refuses whoever comes in between. Here each
server parks the open listener in a Unix socket and ends: for a moment no process has it open, but
the kernel keeps it, queue of clients and all, until the next server takes it out.

:needs: none
:man: unix(7), listen(2)
:since: 2.6
"""

import collections
import contextlib
import errno
import os
import socket

from examples.support.scene import child

CLIENTS, REQUESTS = 3, 40
SERVERS = "ABCD"
EACH = CLIENTS * REQUESTS // len(SERVERS)


def park(listener, lot):
    socket.send_fds(
        lot,
        [b"!"],
        [listener.fileno()],
    )
    listener.close()


def take(lot):
    _, [fd], *_ = socket.recv_fds(lot, 1, 1)
    return socket.socket(fileno=fd)


def serve(name, way_out, way_in):
    listener = take(way_out)
    for _ in range(EACH):
        client, _ = listener.accept()
        with client:
            client.sendall(name.encode())
    park(listener, way_in)


def keep_asking(address, tally):
    for _ in range(REQUESTS):
        os.write(tally, ask(address).encode())


def ask(address):
    try:
        with socket.create_connection(address, 5) as server:
            return server.recv(1).decode()
    except ConnectionRefusedError as error:
        return errno.errorcode[error.errno]


def close_and_start_again():
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    listener.close()
    in_between = ask(address)
    socket.create_server(address).close()
    return in_between


def replace_servers(listener, tally):
    """Let clients ask all the time, while one server follows another."""
    way_out, way_in = socket.socketpair(
        socket.AF_UNIX, socket.SOCK_DGRAM
    )
    address = listener.getsockname()
    park(listener, way_in)
    with contextlib.ExitStack() as clients:
        for _ in range(CLIENTS):
            asking = child(keep_asking, address, tally)
            clients.enter_context(asking)
        for name in SERVERS:
            with child(serve, name, way_out, way_in):
                print(f"server {name}: my turn")


def main():
    refused = close_and_start_again()
    print("server: I close, and start again")
    print(f"client: in between I hear {refused}")
    assert refused == "ECONNREFUSED"
    answers, tally = os.pipe()
    print(f"clients: {CLIENTS} of us ask, and no server runs yet")
    replace_servers(socket.create_server(("127.0.0.1", 0)), tally)
    answered = collections.Counter(os.read(answers, 4096).decode())
    print(f"clients: who answered: {dict(answered)}")
    assert answered == dict.fromkeys(SERVERS, EACH)


if __name__ == "__main__":
    main()
