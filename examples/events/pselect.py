"""Between looking and sleeping there is a gap, and signals find it.

A program looks whether a signal has come, and if not, goes to sleep until one does. It comes just
in between, and the program sleeps until its timeout. pselect() closes the gap: the signal is
blocked, and let in by the same system call that goes to sleep.

:needs: none
:man: pselect(2), select(2), signal(7)
:since: 2.6.16
"""

import select
import signal

from examples.support.events import pselect

DEADLINE = 5  # seconds
PATIENCE = 0.2  # seconds, where nothing is going to come

seen = []


def in_the_gap():
    """The worst moment for a signal to come is now."""
    signal.raise_signal(signal.SIGUSR1)


def look_then_select():
    if not seen:
        in_the_gap()
        select.select([], [], [], PATIENCE)
        return "slept until the timeout"


def look_then_pselect():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    if not seen:
        in_the_gap()
        try:
            pselect([], DEADLINE, blocked=())
            return "slept until the timeout"
        except InterruptedError:
            return "woken at once, EINTR"


def main():
    signal.signal(signal.SIGUSR1, lambda *_: seen.append("seen"))
    result = look_then_select()
    print("program: no signal yet? Then I sleep")
    print("kernel: SIGUSR1, just before you do")
    print(f"select: {result}; handler: {seen[0]} it")
    assert (result, seen) == ("slept until the timeout", ["seen"])

    seen.clear()
    result = look_then_pselect()
    print("kernel: SIGUSR1, at the same bad moment")
    print(f"pselect: {result}; handler: {seen[0]} it")
    assert (result, seen) == ("woken at once, EINTR", ["seen"])


if __name__ == "__main__":
    main()
