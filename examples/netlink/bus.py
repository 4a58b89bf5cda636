"""Multicast on one machine, today: the bus is in the kernel.

Multicast for Unix sockets was never merged. Netlink has groups for programs too: one send reaches
every socket that joined the group, and only those, with no broker. A listener that is too slow
loses messages, is told so by ENOBUFS, and does not hold up the others.

:needs: own net
:man: netlink(7)
:see: include/uapi/linux/netlink.h; Linux 2.6.36, "netlink: Make NETLINK_USERSOCK work again"
:since: 2.6.36
"""

import errno
import socket

from examples.support import linux
from examples.support.hosts import require_private_network

NEWS, WEATHER = 5, 7  # groups: numbers on which we agree


def bus_socket():
    bus = socket.socket(
        socket.AF_NETLINK,
        socket.SOCK_RAW,
        linux.NETLINK_USERSOCK,
    )
    bus.bind((0, 0))
    bus.settimeout(5)
    return bus


def listen(group):
    ear = bus_socket()
    ear.setsockopt(
        linux.SOL_NETLINK,
        linux.NETLINK_ADD_MEMBERSHIP,
        group,
    )
    return ear


def speaker():
    """A sender gets a copy too, or an error if it can't: so it drops what it receives."""
    mouth = bus_socket()
    return_nothing = 0x06, 0, 0, 0
    linux.attach_filter(mouth, return_nothing)
    return mouth


def publish(mouth, group, text):
    port, _ = mouth.getsockname()
    bit = 1 << (group - 1)
    mouth.sendto(text, (port, bit))


def read_all(ear):
    """What waits for this listener: an error by its name, or the number of a message."""
    ear.setblocking(False)
    while True:
        try:
            yield int(ear.recv(2000))
        except BlockingIOError:
            return
        except OSError as error:
            yield errno.errorcode[error.errno]


def main():
    require_private_network()
    ears = [listen(NEWS) for _ in range(3)]
    other = listen(WEATHER)
    mouth = speaker()

    publish(mouth, NEWS, b"here comes the bus")
    print("speaker: one send to NEWS")
    for number, ear in enumerate(ears, start=1):
        text, (sender, _) = ear.recvfrom(100)
        print(f"listener {number}: {text!r}")
        assert text == b"here comes the bus"
        assert sender == mouth.getsockname()[0]

    publish(mouth, WEATHER, b"rain")
    text = other.recv(100)
    print(f"listener to WEATHER: {text!r} is the first I hear")
    assert text == b"rain"

    *quick, slow = ears
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10_000)
    for number in range(100):
        publish(mouth, NEWS, b"%1000d" % number)
        heard = {int(ear.recv(2000)) for ear in quick}
        assert heard == {number}
    print("speaker: 100 more, while listener 3 is asleep")
    print("listeners 1 and 2: all 100 came")

    error, *waiting = read_all(slow)
    lost = 100 - len(waiting)
    print(f"listener 3: {error}; lost some: {lost > 0}")
    assert error == "ENOBUFS"
    assert waiting == list(range(100 - lost)) and 0 < lost < 100
    print("kernel: one send, many get it, none holds it up")


if __name__ == "__main__":
    main()
