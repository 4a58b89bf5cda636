"""The kernel tells you of each new link, address and route.

A netlink socket that joined three groups hears of the interfaces, addresses and routes of its
network namespace when they come and go. When the machine at the other end of the cable is gone, the
interface is gone, and that is told too.

:needs: own net
:man: netlink(7), rtnetlink(7)
:see: RFC 3549
:since: 3.17
"""

import socket
import struct

from examples.support.cables import link
from examples.support.hosts import Host
from examples.support.rtnetlink import attributes

# include/uapi/linux/rtnetlink.h: groups, kinds of news
RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE = 1, 0x10, 0x40
RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR = 16, 17, 20
RTM_NEWROUTE, RTM_DELROUTE = 24, 25
# Behind its header (16 bytes) and a part that differs, a
# message has attributes; one of them names what it is about.
LINK, ADDRESS, ROUTE = (16 + 16, 3), (16 + 8, 2), (16 + 12, 1)
ABOUT = {
    RTM_NEWLINK: LINK,
    RTM_DELLINK: LINK,
    RTM_NEWADDR: ADDRESS,
    RTM_NEWROUTE: ROUTE,
    RTM_DELROUTE: ROUTE,
}


def subscribe():
    groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE
    news = socket.socket(
        socket.AF_NETLINK,
        socket.SOCK_RAW,
        socket.NETLINK_ROUTE,
    )
    news.bind((0, groups))
    news.settimeout(5)
    return news


def wait_for(news, kind, name):
    told = None
    while told != (kind, name):
        message = news.recv(65536)
        told_kind = struct.unpack_from("=H", message, 4)[0]
        start, attribute = ABOUT.get(told_kind, LINK)
        about = attributes(message[start:]).get(attribute, b"")
        told = told_kind, about


def main():
    alice, bob = Host("alice"), Host("bob")
    with alice:
        news = subscribe()
    name = b"eth0\0"
    link(alice, "eth0", None, bob, "eth0", None)
    wait_for(news, RTM_NEWLINK, name)
    print("kernel: a new link, eth0")

    alice.address("eth0", "10.0.0.1/24")
    wait_for(news, RTM_NEWADDR, socket.inet_aton("10.0.0.1"))
    print("kernel: a new address, 10.0.0.1")

    alice.route("192.0.2.0/24", via="10.0.0.2")
    wait_for(news, RTM_NEWROUTE, socket.inet_aton("192.0.2.0"))
    print("kernel: a new route, to 192.0.2.0")

    alice.drop_route("192.0.2.0/24")
    wait_for(news, RTM_DELROUTE, socket.inet_aton("192.0.2.0"))
    print("kernel: the route is gone")

    news.settimeout(20)  # the kernel clears up when it has time
    bob.close()
    wait_for(news, RTM_DELLINK, name)
    print("kernel: the link is gone: bob's host ended")
    with alice:
        left = [name for _, name in socket.if_nameindex()]
    print(f"alice: what is left is {left}")
    assert left == ["lo"]


if __name__ == "__main__":
    main()
