"""An address belongs to the host, not to its network card.

All of 127.0.0.0/8 is yours with no setup. A host answers on eth0 for an address that was given to
another interface, its lo. And one route makes a whole network local ("AnyIP"): 256 addresses that
were added to no interface, answered by one socket.

:needs: own net
:man: ip(7), arp(7)
:see: Documentation/networking/ip-sysctl.rst (arp_ignore)
:since: 3.17
"""

import socket

from examples.support import linux
from examples.support.cables import neighbours

PORT = 7
ANSWER = b"yes?"


def udp_socket(address):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.settimeout(5)
    udp.bind((address, PORT))
    return udp


def answer_one(server):
    """Answer from the very address that was asked."""
    _, control, _, asker = server.recvmsg(100, 100)
    server.sendmsg([ANSWER], control, 0, asker)


def ask(client, server, address):
    client.sendto(b"are you there?", (address, PORT))
    answer_one(server)
    answer, (who, _) = client.recvfrom(100)
    return who if answer == ANSWER else None


def loopback(host):
    with host, udp_socket("127.200.30.4") as udp:
        udp.sendto(b"me", udp.getsockname())
        return udp.recvfrom(100)[1][0]


def main():
    alice, bob = neighbours()
    mine = loopback(alice)
    print(f"alice: {mine} is mine, I never asked for it")
    assert mine == "127.200.30.4"

    with alice:
        server = udp_socket("0.0.0.0")
    server.setsockopt(socket.IPPROTO_IP, linux.IP_PKTINFO, 1)
    with bob:
        client = udp_socket("10.0.0.2")

    alice.address("lo", "10.0.0.77/32")
    print("alice: I give 10.0.0.77 to my lo")
    who = ask(client, server, "10.0.0.77")
    print(f"bob: on the wire of her eth0, {who} answers")
    assert who == "10.0.0.77"

    alice.route("198.51.100.0/24", dev="lo", local=True)
    bob.route("198.51.100.0/24", via="10.0.0.1")
    print("alice: 198.51.100.0/24 is local, says one route")
    net = [f"198.51.100.{n}" for n in range(256)]
    found = [ask(client, server, address) for address in net]
    print(f"bob: {len(set(found))} of 256 answer, by one socket")
    assert found == net


if __name__ == "__main__":
    main()
