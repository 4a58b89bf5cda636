"""Fifteen ways to talk, eight questions to each, and none has it all.

The kernel was asked just now, by probes: two messages and one receive; a wire that lets the second
overtake the first; a reader that sleeps until nothing fits any more. Two things are known, and not
asked: that EAGAIN instead of a full channel means a wait for whoever did not refuse to, and that a
signal goes to a pid. What crosses hosts carries neither descriptors nor identity, so none has it
all. What is full makes you wait, or drops, or refuses.

:needs: own net
:man: pipe(7), unix(7), tcp(7), udp(7), netlink(7), packet(7), mq_overview(7), eventfd(2), signal(7)
:see: include/uapi/linux/sock_diag.h
:since: 4.20
"""

import contextlib
import errno
import os

from examples.support.channels import attempt
from examples.support.overtaking_wire import (
    SIZE,
    Wire,
    message,
    numbers,
)
from examples.support.scene import on_one_cpu
from examples.support.ways import WAYS

ENOUGH = 10_000  # messages: more than any of them has room for
# One receive gives a message, bytes, the sum of all or the last; in
# order, if the network turns two round; can one be lost, or must the
# sender wait, or is it refused (err); are descriptors carried; who
# sent it; another host; and what kind of address it has.
HEAD = "way", "unit", "order", "lost", "wait", "fds", "who", "far"
ROW = "{:11}  {:4}  {:5}  {:4}  {:4}  {:3}  {:3}  {:3}  {}"


def yes(condition):
    return "yes" if condition else "no"


def unit_and_order(channel, _wire):
    """Two sends; what does one receive give, and what the next?"""
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


def lost_and_wait(channel, _wire):
    """Send while nobody reads, until it gets tight; then read.

    Where a new message takes the place of the last, as in memory,
    that one is read again and again: then the others are lost.
    """
    sent, wait = fill(channel)
    came = read_what_is_left(channel, sent)
    said = numbers(b"".join(map(message, range(sent))))
    # Only the sums: an eventfd gives nothing else.
    return yes(sum(came) != sum(said)), wait


def fill(channel):
    """How many were sent; must the next one wait?"""
    for sent in range(ENOUGH):
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
    return ENOUGH, "no"


def read_what_is_left(channel, sent):
    came = bytearray()
    # Nothing more? An eventfd has given all at once.
    with contextlib.suppress(BlockingIOError):
        while len(came) // SIZE + channel.dropped() < sent:
            came += channel.receive()
    return numbers(came)


def carries_descriptors(channel, _wire):
    came = attempt(channel.pass_descriptor, 0)
    for fd in came or []:
        os.close(fd)
    return [yes(came)]


def carries_identity(channel, _wire):
    # Both ends are ours. No pid at all is the other answer.
    return [yes(attempt(channel.pid_of_sender) == os.getpid())]


def crosses_hosts(channel, wire):
    """Does what alice sends come by the wire between the hosts?"""
    channel.send(message(3))
    return [yes(message(3) in wire.listen())]


QUESTIONS = unit_and_order, lost_and_wait, carries_descriptors
QUESTIONS += carries_identity, crosses_hosts


def row(way, wire):
    cells = []
    for question in QUESTIONS:
        wire.forget()
        # Each gets a channel of its own: nothing is left over.
        with way(wire) as channel:
            cells += question(channel, wire)
            address = channel.address()
    return *cells, address


def check(unit, order, lost, wait, fds, who, far, address):
    """What must hold whatever the kernel answers."""
    assert (order == "-") == (unit in ("sum", "last"))
    assert (lost == "yes") == (wait == "no")  # drop, wait or refuse
    # A stream mends what the wire does to it, single messages don't.
    assert unit != "byte" or (order, lost) == ("yes", "no")
    assert (order == "no") == (far == "yes" and unit == "msg")
    assert fds == "no" or who == "yes"
    assert far == "no" or fds == who == "no"  # none has it all
    assert far == "no" or address != "none"


def main():
    on_one_cpu()  # in one queue nothing overtakes: only on the wire
    wire = Wire()
    print(ROW.format(*HEAD, "address"))
    for name, way in WAYS.items():
        cells = row(way, wire)
        print(ROW.format(name, *cells))
        check(*cells)


if __name__ == "__main__":
    main()
