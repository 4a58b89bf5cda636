"""A queue that keeps messages whole, important ones first, and calls you.

A POSIX message queue lives in the kernel, not in a process. It keeps messages whole: a full queue
and a buffer that is too small are refused. The most important message comes first, however late it
was sent. Its descriptor can be polled, and the first message to an empty queue can raise a signal.

:needs: message queues
:man: mq_overview(7), mq_notify(3)
:since: 2.6.6
"""

import errno
import select
import signal

from examples.support import mqueue
from examples.support.scene import child

ROOM, SIZE = 3, 100
DEADLINE = 5  # seconds


def open_queue():
    name = mqueue.temporary_name()
    queue = mqueue.mq_open(name, ROOM, SIZE)
    mqueue.mq_unlink(name)  # who has it open still has it
    return queue


def writer(queue):
    mqueue.mq_send(queue, b"tidy up", 1)
    mqueue.mq_send(queue, b"sweep", 1)
    mqueue.mq_send(queue, b"fire!", 9)
    refused = error(mqueue.mq_send, queue, b"one more", 1)
    print("writer: 'tidy up', 'sweep', 'fire!'")
    print(f"writer: one more, and it is full: {refused}")
    assert refused == "EAGAIN"


def error(call, *args):
    try:
        return call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]


def wait_for_call():
    info = signal.sigtimedwait([signal.SIGUSR1], DEADLINE)
    return info.si_pid


def read_all(queue):
    return [mqueue.mq_receive(queue, SIZE) for _ in range(ROOM)]


def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    queue = open_queue()
    mqueue.mq_notify(queue, signal.SIGUSR1)
    with child(writer, queue) as pid:
        called_by = wait_for_call()
    print(f"kernel: a signal, by the writer: {called_by == pid}")
    assert called_by == pid

    ready, _, _ = select.select([queue], [], [], DEADLINE)
    small = error(mqueue.mq_receive, queue, SIZE - 1)
    print(f"reader: a buffer too small: {small}, nothing is lost")
    assert (ready, small) == ([queue], "EMSGSIZE")

    received = read_all(queue)
    for message, priority in received:
        print(f"reader: priority {priority}: {message!r}")
    expected = [(b"fire!", 9), (b"tidy up", 1), (b"sweep", 1)]
    assert received == expected


if __name__ == "__main__":
    main()
