"""When did my datagram leave? Three of its stations wrote it down.

With SO_TIMESTAMPING the kernel notes when a datagram comes to the interface's queue, when it goes
to the driver, and when it reaches the other side. The sender reads the first two from its error
queue, with the datagram's number; the receiver gets the third beside the text.

:needs: none
:man: socket(7), recv(2), cmsg(3), udp(7)
:see: Documentation/networking/timestamping.rst; Linux 4.12, "Enable tx timestamping on loopback and
    dummy"
:since: 4.12
"""

import select
import socket
import struct
import time

from examples.support import linux
from examples.support.scene import DEADLINE

TIMESPEC = struct.Struct("@2l")  # seconds, nanoseconds
ERROR = struct.Struct("=I4B2I")  # struct sock_extended_err
STATIONS = {
    linux.SCM_TSTAMP_SCHED: "queue",
    linux.SCM_TSTAMP_SND: "driver",
}
TEXTS = b"one", b"two", b"three"


def open_socket(*wishes):
    sock = socket.socket(type=socket.SOCK_DGRAM)
    sock.settimeout(DEADLINE)
    sock.bind(("127.0.0.1", 0))
    sock.setsockopt(
        socket.SOL_SOCKET, linux.SO_TIMESTAMPING, sum(wishes)
    )
    return sock


def open_sender():
    return open_socket(
        linux.SOF_TIMESTAMPING_SOFTWARE,
        linux.SOF_TIMESTAMPING_TX_SCHED,
        linux.SOF_TIMESTAMPING_TX_SOFTWARE,
        linux.SOF_TIMESTAMPING_OPT_ID,
        linux.SOF_TIMESTAMPING_OPT_TSONLY,
    )


def open_receiver():
    return open_socket(
        linux.SOF_TIMESTAMPING_SOFTWARE,
        linux.SOF_TIMESTAMPING_RX_SOFTWARE,
    )


def stamp(control):
    """The first of three times; the others are of hardware."""
    for level, kind, data in control:
        if (level, kind) == (
            socket.SOL_SOCKET,
            linux.SO_TIMESTAMPING,
        ):
            seconds, nanoseconds = TIMESPEC.unpack_from(data)
            return seconds * 10**9 + nanoseconds
    return None


def received(inbox):
    text, control, _, _ = inbox.recvmsg(100, 200)
    return text, stamp(control)


def note(sender):
    """One entry of the error queue: of which datagram, by which station, when."""
    wake = select.poll()
    wake.register(sender, 0)  # POLLERR comes unasked
    ready = wake.poll(DEADLINE * 1000)
    assert ready, "no note"
    _, control, _, _ = sender.recvmsg(100, 200, socket.MSG_ERRQUEUE)
    [error] = [
        ERROR.unpack_from(data)
        for level, kind, data in control
        if (level, kind) == (socket.IPPROTO_IP, linux.IP_RECVERR)
    ]
    _, _, _, _, _, station, number = error
    return number, STATIONS[station], stamp(control)


def wait_for_the_clock(inbox):
    """The first who asks has the stamps switched on; that takes a moment."""
    until = time.monotonic() + DEADLINE
    with socket.socket(type=socket.SOCK_DGRAM) as knocker:
        while True:
            knocker.sendto(b"stamped?", inbox.getsockname())
            if received(inbox)[1]:
                return
            assert time.monotonic() < until, "no stamps"


def main():
    sender, inbox = open_sender(), open_receiver()
    wait_for_the_clock(inbox)
    for text in TEXTS:
        sender.sendto(text, inbox.getsockname())
    notes = [note(sender) for _ in range(2 * len(TEXTS))]
    when = {(number, who): at for number, who, at in notes}
    for number, text in enumerate(TEXTS):
        came, arrived = received(inbox)
        assert came == text
        queued, left = when[number, "queue"], when[number, "driver"]
        order = queued <= left <= arrived
        print(f"kernel: {text!r}: queue, driver, receiver: {order}")
        assert order


if __name__ == "__main__":
    main()
