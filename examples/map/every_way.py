"""Fifteen ways to talk, eight questions to each, and none has it all.

Each cell of this table is what the kernel answered to a probe just now: two messages and one
receive; a wire that lets the second overtake the first; a reader that sleeps until nothing fits
any more. What crosses hosts carries neither descriptors nor identity. What is full makes you wait,
or drops, or refuses: nothing else is on offer.

:needs: own net
:man: pipe(7), unix(7), tcp(7), udp(7), netlink(7), packet(7), mq_overview(7), eventfd(2), signal(7)
:see: include/uapi/linux/sock_diag.h
:since: 4.12
"""

import errno
import os

from examples.support.channels import attempt
from examples.support.overtaking_wire import Wire, message, numbers
from examples.support.scene import on_one_cpu
from examples.support.ways import WAYS

LIMIT = 10_000  # more than any of them has room for
ROW = "{:11}  {:4}  {:5}  {:4}  {:4}  {:3}  {:3}  {:3}  {}"


def yes(condition):
    return "yes" if condition else "no"


def unit_and_order(channel):
    """Two sends; is one receive a message, bytes, a sum?"""
    sent = numbers(message(1) + message(2))
    channel.send(message(1))
    channel.send(message(2))
    came = numbers(channel.receive())
    if came == [sum(sent)]:
        return "sum", "-"
    if len(came) == 2:
        return "byte", yes(came == sent)
    came += numbers(channel.receive())
    if came[0] == came[1]:
        return "last", "-"
    return "msg", yes(came == sent)


def fill(channel):
    """Send while nobody reads; what happens in the end?"""
    for sent in range(LIMIT):
        if channel.dropped():
            return sent, "no"
        try:
            channel.send(message(sent))
        except BlockingIOError:
            waits = channel.waits_when_full()
            return sent, "yes" if waits else "err"
        except OSError as error:
            assert error.errno == errno.EFBIG
            return sent, "err"
    return LIMIT, "no"


def read_what_is_left(channel, sent):
    came = bytearray()
    try:
        while len(came) // 8 + channel.dropped() < sent:
            came += channel.receive()
    except BlockingIOError:
        pass  # an eventfd has given all at once
    return numbers(came)


def lost_and_wait(channel):
    sent, wait = fill(channel)
    came = read_what_is_left(channel, sent)
    said = numbers(b"".join(map(message, range(sent))))
    return yes(sum(came) != sum(said)), wait


def carries_descriptors(channel):
    came = attempt(channel.pass_descriptor, 0)
    for fd in came or []:
        os.close(fd)
    return yes(came)


def carries_identity(channel):
    return yes(attempt(channel.pid_of_sender) == os.getpid())


def crosses_hosts(channel, wire):
    channel.send(message(3))
    return yes(message(3) in wire.listen())


def row(way, wire):
    """Each question gets a channel of its own: no leftovers."""

    def ask(question, *args):
        wire.forget()
        with way(wire) as channel:
            return question(channel, *args)

    return (
        *ask(unit_and_order),
        *ask(lost_and_wait),
        ask(carries_descriptors),
        ask(carries_identity),
        ask(crosses_hosts, wire),
        ask(lambda channel: channel.address()),
    )


def check(unit, order, lost, wait, fds, who, far, address):
    """What must hold whatever the kernel answers."""
    assert (order == "-") == (unit in ("sum", "last"))
    assert (lost == "yes") <= (wait == "no")
    assert (lost == "no") <= (wait != "no")
    assert (fds == "yes") <= (who == "yes")
    assert (far == "yes") <= (who == "no")
    assert (address == "none") <= (far == "no")


def main():
    on_one_cpu()
    wire = Wire()
    print(
        ROW.format(
            *("way", "unit", "order", "lost", "wait"),
            *("fds", "who", "far", "address"),
        )
    )
    for name, way in WAYS.items():
        cells = row(way, wire)
        print(ROW.format(name, *cells))
        check(*cells)


if __name__ == "__main__":
    main()
