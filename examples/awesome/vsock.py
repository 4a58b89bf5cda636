"""A virtual machine and its host need no network to talk.

A vsock address is the number of a machine and of a port: no IP address, no interface, no route.
Here a machine talks to itself, as number 1, and lo sees not one packet. One kind of socket is a
stream, as in TCP; the other keeps each message whole. Where nobody listens, the answer is a reset.

:needs: module vsock_loopback
:man: vsock(7)
:see: include/uapi/linux/vm_sockets.h
:since: 5.14
"""

import errno
import select
import socket

from examples.support.wire import packets_on

# include/uapi/linux/vm_sockets.h
VMADDR_CID_LOCAL = 1

DEADLINE = 10


def listen(kind):
    server = socket.socket(socket.AF_VSOCK, kind)
    server.settimeout(DEADLINE)
    here = VMADDR_CID_LOCAL, socket.VMADDR_PORT_ANY
    server.bind(here)
    server.listen()
    return server


def send_words(address, kind):
    with socket.socket(socket.AF_VSOCK, kind) as client:
        client.settimeout(DEADLINE)
        client.connect(address)
        client.send(b"one")
        client.send(b"two")


def take_all(connection):
    """Wait until the other end has left; what is there?"""
    left = select.poll()
    left.register(connection, select.POLLRDHUP)
    events = left.poll(DEADLINE * 1000)
    assert events
    return list(iter(lambda: connection.recv(100), b""))


def talk(kind):
    with listen(kind) as server:
        address = server.getsockname()
        send_words(address, kind)
        connection, (machine, _) = server.accept()
        with connection:
            return machine, take_all(connection)


def refusal():
    with listen(socket.SOCK_STREAM) as server:
        address = server.getsockname()
    with socket.socket(socket.AF_VSOCK) as client:
        client.settimeout(DEADLINE)
        return errno.errorcode[client.connect_ex(address)]


def main():
    before = packets_on("lo")
    machine, stream = talk(socket.SOCK_STREAM)
    print(f"server: a call from machine {machine}")
    print(f"server: SOCK_STREAM: {stream}")
    assert (machine, stream) == (VMADDR_CID_LOCAL, [b"onetwo"])

    _, packets = talk(socket.SOCK_SEQPACKET)
    print(f"server: SOCK_SEQPACKET: {packets}")
    assert packets == [b"one", b"two"]

    code = refusal()
    print(f"client: where nobody listens: {code}")
    assert code == "ECONNRESET"

    packets = packets_on("lo") - before
    print(f"kernel: packets on lo: {packets}")
    assert packets == 0


if __name__ == "__main__":
    main()
