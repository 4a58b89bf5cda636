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

from examples import ways
from examples.scene import on_one_cpu
from examples.ways import attempt, message, numbers

LIMIT = 10_000  # more than any of them has room for
ROW = "{:11}  {:4}  {:5}  {:4}  {:4}  {:3}  {:3}  {:3}  {}"


def yes(condition):
    return "yes" if condition else "no"


def unit_and_order(line):
    """Two sends; is one receive a message, bytes, a sum?"""
    sent = numbers(message(1) + message(2))
    line.send(message(1))
    line.send(message(2))
    came = numbers(line.receive())
    if came == [sum(sent)]:
        return "sum", "-"
    if len(came) == 2:
        return "byte", yes(came == sent)
    came += numbers(line.receive())
    if came[0] == came[1]:
        return "last", "-"
    return "msg", yes(came == sent)


def fill(line):
    """Send while nobody reads; what happens in the end?"""
    for sent in range(LIMIT):
        if line.dropped():
            return sent, "no"
        try:
            line.send(message(sent))
        except BlockingIOError:
            waits = line.waits_when_full()
            return sent, "yes" if waits else "err"
        except OSError as error:
            assert error.errno == errno.EFBIG
            return sent, "err"
    return LIMIT, "no"


def read_what_is_left(line, sent):
    came = bytearray()
    try:
        while len(came) // 8 + line.dropped() < sent:
            came += line.receive()
    except BlockingIOError:
        pass  # an eventfd has given all at once
    return numbers(came)


def lost_and_wait(line):
    sent, wait = fill(line)
    came = read_what_is_left(line, sent)
    said = numbers(b"".join(map(message, range(sent))))
    return yes(sum(came) != sum(said)), wait


def carries_descriptors(line):
    came = attempt(line.pass_descriptor, 0)
    for fd in came or []:
        os.close(fd)
    return yes(came)


def carries_identity(line):
    return yes(attempt(line.pid_of_sender) == os.getpid())


def crosses_hosts(line, wire):
    line.send(message(3))
    return yes(message(3) in wire.listen())


def row(way, wire):
    """Each question gets a line of its own: no leftovers."""

    def ask(question, *args):
        wire.forget()
        with way(wire) as line:
            return question(line, *args)

    return (
        *ask(unit_and_order),
        *ask(lost_and_wait),
        ask(carries_descriptors),
        ask(carries_identity),
        ask(crosses_hosts, wire),
        ask(lambda line: line.address()),
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
    wire = ways.Wire()
    print(
        ROW.format(
            *("way", "unit", "order", "lost", "wait"),
            *("fds", "who", "far", "address"),
        )
    )
    for name, way in ways.WAYS.items():
        cells = row(way, wire)
        print(ROW.format(name, *cells))
        check(*cells)


if __name__ == "__main__":
    main()
