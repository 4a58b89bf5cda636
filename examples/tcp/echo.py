"""A connection is two streams, and each ends by itself.

Both ends have an address, though the client did not choose its own. The client ends its stream, and
may send no more; the server reads up to that end, and its answer still arrives.

:needs: none
:man: tcp(7), shutdown(2), getsockname(2)
:see: RFC 9293 section 3.6
:since: 2.6
"""

import errno
import socket

from examples.support.scene import child


def read_to_the_end(stream):
    parts = []
    while part := stream.recv(4096):
        parts.append(part)
    return b"".join(parts)


def answer(listener):
    client, (host, port) = listener.accept()
    with client:
        client.settimeout(3)  # less patient than the client
        question = read_to_the_end(client)
        print(f"server: I heard {question!r}, and the end")
        client.sendall(f"{host} {port}".encode())


def ask(server):
    server.sendall(b"who am I?")
    server.shutdown(socket.SHUT_WR)
    host, port = read_to_the_end(server).decode().split()
    return host, int(port)


def say_more(stream):
    try:
        stream.send(b"one more thing")
    except BrokenPipeError as error:
        return errno.errorcode[error.errno]


def main():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with (
            child(answer, listener),
            socket.create_connection(address, 10) as server,
        ):
            assert server.getpeername() == address
            myself = server.getsockname()
            print("client: who am I? And that is all I say")
            right = ask(server) == myself
            print(f"client: the answer is right: {right}")
            assert right
            refusal = say_more(server)
            print(f"client: may I say more? {refusal}")
            assert refusal == "EPIPE"
    print("kernel: two streams, and each ends by itself")


if __name__ == "__main__":
    main()
