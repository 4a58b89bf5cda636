"""Everybody knows the port, and nobody is there.

/etc/services maps names to port numbers, and that is all: it knows no host, it does not know who
runs, and it has never heard of the server that does run, on a port that it found free.

:needs: file /etc/services
:man: services(5), getservbyname(3), ip(7)
:see: RFC 6335
:since: 2.2
"""

import errno
import socket


def look_up(name):
    return socket.getservbyname(name, "tcp")


def name_of(port):
    try:
        return socket.getservbyport(port, "tcp")
    except OSError as error:
        return str(error)


def call(host, port):
    try:
        socket.create_connection((host, port), 5).close()
    except ConnectionRefusedError as error:
        return errno.errorcode[error.errno]
    return "somebody is there"


def main():
    ports = {
        name: look_up(name) for name in ("ssh", "http", "discard")
    }
    print(f"/etc/services: {ports}")
    assert ports == {"ssh": 22, "http": 80, "discard": 9}

    # 127.9.9.9 is this machine too, where hardly anybody listens.
    refusal = call("127.9.9.9", look_up("discard"))
    print(f"client: discard, are you there? {refusal}")
    assert refusal == "ECONNREFUSED"

    with socket.create_server(("127.9.9.9", 0)) as server:
        host, port = server.getsockname()
        there = call(host, port)
        print(f"client: and on the port that was free? {there}")
        assert there == "somebody is there"
        unknown = name_of(port)
        print(f"/etc/services: that port? {unknown}")
        assert unknown == "port/proto not found"


if __name__ == "__main__":
    main()
