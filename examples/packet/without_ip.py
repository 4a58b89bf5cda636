"""Two hosts talk, and there is no IP.

Alice and Bob have a cable and no address but that of the hardware. A packet socket with its own
EtherType is enough (0x88B5 is free for local experiments): she calls into the cable, he answers to
where it came from. SOCK_DGRAM lets the kernel write the 14 bytes in front; SOCK_RAW shows them.

:needs: own net
:man: packet(7)
:see: RFC 9542, include/uapi/linux/if_packet.h
:since: 3.17
"""

import errno
import socket

from examples.support.cables import link
from examples.support.hosts import Host

OURS = 0x88B5  # IEEE 802: local experimental EtherType 1
EVERYONE = b"\xff" * 6


def packet_socket(host, kind):
    with host:
        made = socket.socket(socket.AF_PACKET, kind, 0)
    made.bind(("eth0", OURS))
    made.settimeout(5)
    return made


def call(sender, text, mac):
    sender.sendto(text, ("eth0", OURS, 0, 0, mac))


def hear(ear):
    text, (_, _, _, _, mac) = ear.recvfrom(100)
    return text, mac


def ip_refusal(host):
    with (
        host,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        try:
            udp.sendto(b"hello", ("10.0.0.2", 7))
        except OSError as error:
            return errno.errorcode[error.errno]


def main():
    alice, bob = Host("alice"), Host("bob")
    link(alice, "eth0", None, bob, "eth0", None)
    at_alice = packet_socket(alice, socket.SOCK_DGRAM)
    at_bob = packet_socket(bob, socket.SOCK_DGRAM)
    raw = packet_socket(bob, socket.SOCK_RAW)

    refusal = ip_refusal(alice)
    print(f"alice: hello by IP? {refusal}, I have none")
    assert refusal == "ENETUNREACH"

    call(at_alice, b"who is there?", EVERYONE)
    text, caller = hear(at_bob)
    print(f"bob: I hear {text!r}")
    assert text == b"who is there?"

    call(at_bob, b"bob", caller)
    text, bobs_mac = hear(at_alice)
    print(f"alice: I hear {text!r}, and now know his hardware")
    assert text == b"bob"
    assert bobs_mac == bob.mac("eth0")
    assert caller == alice.mac("eth0")

    call(at_alice, b"hello, Bob", bobs_mac)
    text, _ = hear(at_bob)
    print(f"bob: I hear {text!r}, sent to me alone")
    assert text == b"hello, Bob"

    raw.recv(100)
    frame = raw.recv(100)
    print(f"bob: {len(frame)} bytes on the wire, 14 in front:")
    print("bob: to me, from her, type 0x88b5")
    front = bob.mac("eth0") + alice.mac("eth0") + b"\x88\xb5"
    assert frame == front + b"hello, Bob"
    print("kernel: no IP address took part")


if __name__ == "__main__":
    main()
