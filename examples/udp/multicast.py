"""One postcard reaches all who care, and the sender keeps no list.

The sender writes to a channel, a multicast address, and does not know who listens. Each host takes
the channels that it joined; a host that joined none hears nothing. The trap: on a host that joined,
a socket on that port, bound to no address, hears it as well, though it joined nothing itself,
unless its IP_MULTICAST_ALL is 0.

:needs: own net
:man: ip(7)
:see: RFC 1112, RFC 5771
:since: 3.17
"""

import socket

from examples.support.cables import lan
from examples.support.hosts import Host
from examples.support.linux import IP_MULTICAST_ALL
from examples.support.scene import on_one_cpu

HOSTS = {
    "ann": "10.0.0.1",
    "bob": "10.0.0.2",
    "cleo": "10.0.0.3",
    "dan": "10.0.0.4",
}
NEWS, MUSIC, PORT = "239.1.1.1", "239.1.1.2", 5000
DEADLINE = 5  # seconds


def radio(host):
    with host:
        radio = socket.socket(type=socket.SOCK_DGRAM)
    radio.settimeout(DEADLINE)
    radio.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    radio.bind(("0.0.0.0", PORT))
    return radio


def tune_in(radio, channel, address):
    """Tell the kernel, and so the network: I want this."""
    radio.setsockopt(
        socket.IPPROTO_IP,
        socket.IP_ADD_MEMBERSHIP,
        socket.inet_aton(channel) + socket.inet_aton(address),
    )


def only_what_i_joined(radio):
    radio.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)


def hear(radio):
    """All there is on the air, up to the good night."""
    heard = []
    while (words := radio.recv(100)) != b"good night":
        heard.append(words.decode())
    return " and ".join(heard) or "nothing"


def broadcast(host):
    with host:
        out = socket.socket(type=socket.SOCK_DGRAM)
    way_out = socket.inet_aton(HOSTS[host.name])
    out.setsockopt(
        socket.IPPROTO_IP, socket.IP_MULTICAST_IF, way_out
    )
    out.sendto(b"news", (NEWS, PORT))
    out.sendto(b"music", (MUSIC, PORT))
    # A broadcast goes to everybody, whether they care or not.
    out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    out.sendto(b"good night", ("10.0.0.255", PORT))


def build():
    hosts = {name: Host(name) for name in HOSTS}
    lan(**{n: (hosts[n], ip + "/24") for n, ip in HOSTS.items()})
    return hosts.values()


def main():
    on_one_cpu()
    ann, bob, cleo, dan = build()
    bobs, cleos, dans = radio(bob), radio(cleo), radio(dan)
    tune_in(bobs, NEWS, HOSTS["bob"])
    tune_in(cleos, NEWS, HOSTS["cleo"])
    tune_in(cleos, MUSIC, HOSTS["cleo"])
    her_cats, her_dogs = radio(cleo), radio(cleo)
    only_what_i_joined(her_dogs)

    print("ann: 'news' to one channel, 'music' to another")
    broadcast(ann)
    heard = [hear(bobs), hear(cleos), hear(dans)]
    print(f"bob: joined one: {heard[0]}")
    print(f"cleo: joined both: {heard[1]}")
    print(f"dan: joined none: {heard[2]}")
    assert heard == ["news", "news and music", "nothing"]

    heard = [hear(her_cats), hear(her_dogs)]
    print(f"cleo's cat: joined none: {heard[0]}!")
    print(
        f"cleo's dog: joined none, IP_MULTICAST_ALL=0: {heard[1]}"
    )
    assert heard == ["news and music", "nothing"]


if __name__ == "__main__":
    main()
