"""Promiscuous: you see the letters of others, and still don't get them.

Eve's machine is the switch between Alice and Bob. It passes their frames on and shows her none,
until a packet socket makes her interface promiscuous: now she sees each, "for another host". She
gains no address: even a packet to her own IP is dropped, if its frame was for Bob's hardware.

:needs: own net
:man: packet(7)
:see: net/ipv4/ip_input.c (ip_rcv_core)
:since: 3.17
"""

import socket
import struct

from examples.support import linux
from examples.support.cables import lan
from examples.support.hosts import Host

ALICE, BOB, EVE, PORT = "10.0.0.1", "10.0.0.2", "10.0.0.3", 7
HEADERS = 28  # IPv4 and UDP, in front of what UDP carries


def build():
    alice, bob = Host("alice"), Host("bob")
    eve = lan(a=(alice, ALICE + "/24"), b=(bob, BOB + "/24"))
    eve.address("br0", EVE + "/24")
    alice.neighbour("eth0", BOB, bob.mac("eth0"))
    return alice, bob, eve


def udp_socket(host, address):
    with host:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.settimeout(5)
    udp.bind((address, PORT))
    return udp


def packet_socket(host):
    with host:
        ear = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    ear.settimeout(5)
    ear.bind(("br0", linux.ETH_P_IP))
    return ear


def make_promiscuous(ear, index):
    wish = struct.pack("=iHH8x", index, linux.PACKET_MR_PROMISC, 0)
    ear.setsockopt(
        linux.SOL_PACKET, linux.PACKET_ADD_MEMBERSHIP, wish
    )


def next_seen(ear):
    packet, (_, _, for_whom, _, _) = ear.recvfrom(1000)
    return packet[HEADERS:], for_whom


def main():
    alice, bob, eve = build()
    from_alice = udp_socket(alice, ALICE)
    at_bob, at_eve = udp_socket(bob, BOB), udp_socket(eve, EVE)
    ear = packet_socket(eve)

    from_alice.sendto(b"dear Bob", (BOB, PORT))
    text = at_bob.recv(100)
    assert text == b"dear Bob"
    from_alice.sendto(b"dear Eve", (EVE, PORT))
    text, for_whom = next_seen(ear)
    print(f"eve: the first that I see is {text!r}")
    assert (text, for_whom) == (b"dear Eve", socket.PACKET_HOST)
    text = at_eve.recv(100)
    assert text == b"dear Eve"

    make_promiscuous(ear, eve.index("br0"))
    print("eve: I make my interface promiscuous")
    from_alice.sendto(b"psst, Bob", (BOB, PORT))
    text, for_whom = next_seen(ear)
    others = for_whom == socket.PACKET_OTHERHOST
    print(f"eve: I see {text!r}, for another host: {others}")
    assert (text, others) == (b"psst, Bob", True)
    text = at_bob.recv(100)
    assert text == b"psst, Bob"

    # From now on Alice writes Bob's hardware address on what
    # she sends to Eve's IP.
    alice.neighbour("eth0", EVE, bob.mac("eth0"))
    from_alice.sendto(b"lost, Eve", (EVE, PORT))
    text, for_whom = next_seen(ear)
    print(f"eve: I see {text!r}, to my IP, at Bob's hardware")
    assert text == b"lost, Eve"
    assert for_whom == socket.PACKET_OTHERHOST
    at_bob.sendto(b"it is me, Bob", (EVE, PORT))
    text = at_eve.recv(100)
    print(f"eve: my UDP socket got {text!r} next")
    assert text == b"it is me, Bob"
    print("kernel: seen is not received: IP dropped it")


if __name__ == "__main__":
    main()
