"""Five equal signals are one; five real-time signals are five.

While a plain signal waits to be taken, the same signal again is lost. Real-time signals queue, each
with its value, in the order in which they were sent; and a lower number goes first. signalfd reads
them, without any handler.

:needs: none
:man: signal(7), sigqueue(3), signalfd(2)
:since: 2.6.27
"""

import os
import signal

from examples.support.events import read_signals, signalfd, sigqueue
from examples.support.scene import child

PLAIN = signal.SIGUSR1
URGENT, CALM = signal.SIGRTMIN, signal.SIGRTMIN + 1


def send_all(pid, number, values):
    for value in values:
        sigqueue(pid, number, value)


def sender(pid):
    send_all(pid, PLAIN, [1, 2, 3, 4, 5])
    send_all(pid, CALM, [20, 21, 22, 23, 24])
    send_all(pid, URGENT, [10, 11, 12, 13, 14])


def values(received, number):
    return [value for kind, value in received if kind == number]


def main():
    kinds = PLAIN, URGENT, CALM
    signal.pthread_sigmask(signal.SIG_BLOCK, kinds)
    inbox = signalfd(*kinds)
    print("sender: SIGUSR1 with 1, 2, 3, 4, 5")
    print("sender: then SIGRTMIN+1 with 20 to 24")
    print("sender: at last SIGRTMIN with 10 to 14")
    with child(sender, os.getpid()):
        pass  # all are sent before the first is taken
    received = read_signals(inbox)
    plain = values(received, PLAIN)
    print("receiver: SIGUSR1:", *plain)
    real_time = [v for kind, v in received if kind != PLAIN]
    print("receiver: real-time:", *real_time)
    assert plain == [1]
    assert real_time == [*range(10, 15), *range(20, 25)]


if __name__ == "__main__":
    main()
