"""One IPv6 address, two machines: the zone says which.

A link-local address counts on one cable only: without its interface, connect() gives EINVAL. Bob
and Carol both are fe80::b here, and Alice talks to either. There is no broadcast: ff02::1 reaches a
program that did not join it. And a socket on :: takes IPv4 too, and IPv4's port with it.

:needs: own net, ipv6
:man: ipv6(7)
:see: RFC 4007 section 6, RFC 4291 sections 2.5.6 and 2.7.1
:since: 3.17
"""

import errno
import socket

from examples.support.cables import link
from examples.support.hosts import Host

PORT = 7


def build():
    alice, bob, carol = map(Host, ("alice", "bob", "carol"))
    link(alice, "left", "fe80::a/64", bob, "eth0", "fe80::b/64")
    link(alice, "right", "fe80::a/64", carol, "eth0", "fe80::b/64")
    alice.address("left", "10.0.0.1/24")
    bob.address("eth0", "10.0.0.2/24")
    return alice, bob, carol


def udp_socket(host, family, address=None):
    with host:
        udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.settimeout(5)
    if family == socket.AF_INET6:
        udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if address:
        udp.bind((address, PORT))
    return udp


def error(act, *args):
    try:
        act(*args)
    except OSError as refused:
        return refused.errno


def main():
    alice, bob, carol = build()
    ears = {
        host.name: udp_socket(host, socket.AF_INET6, "::")
        for host in (bob, carol)
    }
    sender = udp_socket(alice, socket.AF_INET6)
    send = sender.sendto
    left, right = alice.index("left"), alice.index("right")

    why = error(sender.connect, ("fe80::b", PORT))
    print(f"alice: connect to fe80::b: {errno.errorcode[why]}")
    assert why == errno.EINVAL

    send(b"hello left", ("fe80::b", PORT, 0, left))
    send(b"hello right", ("fe80::b", PORT, 0, right))
    heard = {name: ear.recv(100) for name, ear in ears.items()}
    for name, text in heard.items():
        print(f"{name}: I am fe80::b, and heard {text!r}")
    assert heard == {"bob": b"hello left", "carol": b"hello right"}

    send(b"hello all", ("ff02::1", PORT, 0, left))
    text = ears["bob"].recv(100)
    print(f"bob: nor did I join ff02::1, and heard {text!r}")
    assert text == b"hello all"

    old = udp_socket(alice, socket.AF_INET)
    old.sendto(b"hello in IPv4", ("10.0.0.2", PORT))
    text, (who, *_) = ears["bob"].recvfrom(100)
    print(f"bob: the same socket heard {text!r}")
    print(f"bob: from {who}")
    assert (text, who) == (b"hello in IPv4", "::ffff:10.0.0.1")

    why = error(udp_socket, bob, socket.AF_INET, "0.0.0.0")
    print(
        f"bob: IPv4's port {PORT} as well? {errno.errorcode[why]}"
    )
    assert why == errno.EADDRINUSE
    print("kernel: one address, two machines; the zone chooses")


if __name__ == "__main__":
    main()
