"""A port has a name, and nobody is there; a server has none.

/etc/services maps names to ports and protocols, and that is all: it knows no host, it does not know
who runs, and it does not list the server that does run, on a port of its own.

:needs: file /etc/services
:man: services(5), getservbyname(3), ip(7)
:see: RFC 6335
:since: 2.6
"""

import errno
import socket

HOST = "127.9.9.9"  # this machine, where hardly anybody listens
UNNAMED = (
    50007  # RFC 6335: a port from 49152 up is assigned to nobody
)


def look_up(name):
    return socket.getservbyname(name, "tcp")


def name_of(port):
    try:
        return socket.getservbyport(port, "tcp")
    except OSError as error:
        return str(error)


def call(port):
    try:
        socket.create_connection((HOST, port), 5).close()
    except ConnectionRefusedError as error:
        return errno.errorcode[error.errno]
    return "somebody is there"


def main():
    ports = {
        name: look_up(name) for name in ("ssh", "http", "discard")
    }
    print(f"/etc/services: {ports}")
    assert ports == {"ssh": 22, "http": 80, "discard": 9}

    refusal = call(look_up("discard"))
    print(f"client: discard, are you there? {refusal}")
    assert refusal == "ECONNREFUSED"

    with socket.create_server((HOST, UNNAMED)):
        there = call(UNNAMED)
        print(f"client: port {UNNAMED}, are you there? {there}")
        assert there == "somebody is there"
    name = name_of(UNNAMED)
    print(f"/etc/services: {UNNAMED}? {name}")
    assert name == "port/proto not found"


if __name__ == "__main__":
    main()
