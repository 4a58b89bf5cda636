"""A signal wakes the loop by writing a byte to a pipe.

Python's select goes on waiting after a signal: the handler has run, and the loop has slept through
it. The self-pipe trick: let the handler write one byte into a pipe that select watches, too. Python
has it built in, as signal.set_wakeup_fd, where the byte is the signal's number.

:needs: none
:man: select(2), pipe(7), signal-safety(7)
:see: PEP 475
:since: 2.6.27
"""

import os
import select
import signal

DEADLINE = 5  # seconds
PATIENCE = 0.2  # seconds, where nothing is going to come


def soon_a_signal(handler):
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.01)


def wait(reader, seconds):
    ready, _, _ = select.select([reader], [], [], seconds)
    return "woke" if ready else "slept on"


def without():
    reader, _ = pipe()
    seen = []
    soon_a_signal(lambda *_: seen.append("ran"))
    return wait(reader, PATIENCE), seen


def pipe():
    # Full or empty, a handler must never have to wait.
    return os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)


def by_hand():
    reader, writer = pipe()
    soon_a_signal(lambda *_: os.write(writer, b"!"))
    return wait(reader, DEADLINE), os.read(reader, 1)


def built_in():
    reader, writer = pipe()
    signal.set_wakeup_fd(writer)
    soon_a_signal(lambda *_: None)
    return wait(reader, DEADLINE), os.read(reader, 1)


def main():
    loop, handler = without()
    print(f"loop: nothing but a handler: it {handler[0]}, I {loop}")
    assert (loop, handler) == ("slept on", ["ran"])

    loop, byte = by_hand()
    print(f"loop: it writes into a pipe: I {loop}; read {byte!r}")
    assert (loop, byte) == ("woke", b"!")

    loop, byte = built_in()
    name = signal.Signals(byte[0]).name
    print(f"loop: set_wakeup_fd: I {loop}; the byte says {name}")
    assert (loop, name) == ("woke", "SIGALRM")


if __name__ == "__main__":
    main()
