"""Cut the cable in mid-stream, and the stream goes on.

Two hosts have two cables. An MPTCP client speaks plain TCP to a server that knows no better. Where
both know MPTCP, and the kernels were told of the second cable, they use it as well, and the program
sees one ordinary stream. One cable is pulled while data flows, and all of it arrives, in order.

:needs: own net, module mptcp
:man: socket(2), ip-mptcp(8)
:see: RFC 8684, Documentation/networking/mptcp.rst; Linux 6.1, "mptcp: allow privileged operations
    from user namespaces"
:since: 6.1
"""

import errno
import socket
import time

from examples.support.cables import link
from examples.support.hosts import Host
from examples.support.mptcp import allow, announce, more_paths
from examples.support.scene import child

DATA = bytes(range(250)) * 40_000


def build():
    alice, bob = Host("alice"), Host("bob")
    link(alice, "eth1", "10.0.1.1/24", bob, "eth1", "10.0.1.2/24")
    link(alice, "eth2", "10.0.2.1/24", bob, "eth2", "10.0.2.2/24")
    announce(bob, "10.0.2.2")
    allow(bob, 1)
    allow(alice, 1)
    return alice, bob


def listen(port, protocol=0):
    server = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, protocol
    )
    # At every address: the second path comes in by another.
    server.bind(("0.0.0.0", port))
    server.listen()
    return server


def connect(port):
    client = socket.socket(
        socket.AF_INET,
        socket.SOCK_STREAM,
        socket.IPPROTO_MPTCP,
    )
    client.settimeout(5)
    client.connect(("10.0.1.2", port))
    return client


def meet(alice, listener):
    with alice:
        client = connect(listener.getsockname()[1])
    server, _ = listener.accept()
    server.settimeout(10)
    return client, server


def paths(stream):
    try:
        return 1 + more_paths(stream)
    except OSError as error:
        assert error.errno == errno.EOPNOTSUPP  # it is plain TCP
        return 1


def chat_until_joined(client, server):
    """Talk on, until the kernel has found the second path."""
    deadline = time.monotonic() + 5
    while paths(client) == 1:
        assert time.monotonic() < deadline, "no second path"
        client.sendall(b".")
        heard = server.recv(1)
        assert heard == b"."


def read(stream, count):
    data = b""
    while len(data) < count:
        data += stream.recv(count - len(data))
    return data


def send(client):
    client.sendall(DATA)


def main():
    alice, bob = build()
    with bob:
        plain = listen(81)
        modern = listen(80, socket.IPPROTO_MPTCP)
    client, server = meet(alice, plain)
    client.sendall(b"hello")
    print(f"bob: by plain TCP I hear {server.recv(100)!r}")
    used = paths(client)
    print(f"alice: cables that I use: {used}")
    assert used == 1

    client, server = meet(alice, modern)
    chat_until_joined(client, server)
    used = paths(client)
    print("bob: now I speak MPTCP, too")
    print(f"alice: cables that I use: {used}")
    assert used == 2
    with child(send, client):
        data = read(server, 1_000_000)
        bob.down("eth1")
        print("cable: one is pulled, in mid-stream")
        data += read(server, len(DATA) - len(data))
    whole = data == DATA
    print(f"bob: {len(data)} bytes, nothing lost: {whole}")
    assert whole


if __name__ == "__main__":
    main()
