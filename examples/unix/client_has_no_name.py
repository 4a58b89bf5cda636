"""The client has no name, and yet its letters arrive.

A Unix stream client is nameless: accept() reports an empty address, and the connection is the way
back. A datagram client is nameless too, so it cannot be answered; one bind("") makes the kernel
pick an abstract name, and the answer finds its way. UDP does that by itself, at the first send.

:needs: none
:man: unix(7), bind(2)
:since: 2.6
"""

import socket

STREAM, DGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM


def server_socket(kind, family=socket.AF_UNIX, address=""):
    server = socket.socket(family, kind)
    server.settimeout(10)
    server.bind(address)  # "": the kernel picks a name
    return server


def stream_client():
    with server_socket(STREAM) as server:
        server.listen()
        with socket.socket(socket.AF_UNIX, STREAM) as client:
            client.connect(server.getsockname())
            connection, name = server.accept()
            with connection:
                connection.send(b"back along the connection")
                print(f"stream: the client's name is {name!r}")
                print(f"stream: yet it hears {client.recv(100)!r}")
                assert name == ""


def question_from(client, server):
    client.sendto(b"hello?", server.getsockname())
    _, name = server.recvfrom(100)
    return name


def answer(server, name, client):
    server.sendto(b"by name", name)
    return client.recv(100)


def dgram_client():
    with (
        server_socket(DGRAM) as server,
        socket.socket(socket.AF_UNIX, DGRAM) as client,
    ):
        client.settimeout(10)
        name = question_from(client, server)
        print(f"dgram: the client's name is {name}: no way back")
        assert name is None
        client.bind("")
        name = question_from(client, server)
        heard = answer(server, name, client)
        digits = len(name) - 1
        print(
            f"dgram: after bind(''): a NUL and {digits} hex digits"
        )
        print(f"dgram: now it hears {heard!r}")
        assert name[0] == 0 and int(name[1:], 16) >= 0
        assert (len(name), heard) == (6, b"by name")


def udp_client():
    with (
        server_socket(
            DGRAM, socket.AF_INET, ("127.0.0.1", 0)
        ) as server,
        socket.socket(socket.AF_INET, DGRAM) as client,
    ):
        client.settimeout(10)
        unbound = client.getsockname()[1] == 0
        name = question_from(client, server)
        heard = answer(server, name, client)
        named = unbound and name[1] == client.getsockname()[1]
        print(f"udp: no bind, named by its first send: {named}")
        assert named and heard == b"by name"


def main():
    stream_client()
    dgram_client()
    udp_client()


if __name__ == "__main__":
    main()
