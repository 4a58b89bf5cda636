"""A system call waits until somebody else has decided.

A process asks for connect(), and its supervisor answers: it hands in a connection of its own, in
place of the process's socket, or says no with an error of its choice. The call does not tell. It
is no border of security: the supervisor sees numbers, and what a pointer points to may change
after the look.

:needs: seccomp notify
:man: seccomp_unotify(2), seccomp(2)
:see: Documentation/userspace-api/seccomp_filter.rst
:since: 5.9
"""

import errno
import os
import select
import socket
import sys

from examples.support import seccomp
from examples.support.machines import number
from examples.support.scene import DEADLINE, child

ELSEWHERE = ("198.51.100.7", 80)  # no such host: RFC 5737


def supervised(channel):
    """Ask to be asked about, hand the questions over, live on."""
    questions = seccomp.ask_before("connect")
    socket.send_fds(channel, [b"ask me"], [questions])
    os.close(questions)
    with socket.socket() as sock:
        sock.connect(ELSEWHERE)
        print(f"process: connected to {ELSEWHERE[0]}")
        heard = sock.recv(100)
        print(f"process: I hear {heard!r}")
        assert heard == b"hello from here"
    with socket.socket() as sock:
        refused = errno.errorcode[sock.connect_ex(ELSEWHERE)]
        print(f"process: once more? {refused}")
        assert refused == "EHOSTDOWN"


def take_over(channel):
    _, [questions], _, _ = socket.recv_fds(channel, 100, 1)
    return questions


def next_question(questions):
    """The kernel holds the caller back until we have answered."""
    wake = select.poll()
    wake.register(questions, select.POLLIN)
    ready = wake.poll(DEADLINE * 1000)
    assert ready == [(questions, select.POLLIN)], "nobody asks"
    question = seccomp.next_question(questions)
    assert question.call == number("connect")
    return question


def local_line():
    """A connection to ourselves; its other end says hello."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = socket.create_connection(listener.getsockname())
        stream, _ = listener.accept()
    stream.sendall(b"hello from here")
    return line, stream


def give_a_line(questions, asker):
    """Our own connection takes the place of the asking socket."""
    question = next_question(questions)
    known = question.pid == asker
    print(f"supervisor: my child asks, and waits: {known}")
    sys.stdout.flush()
    assert known
    line, stream = local_line()
    theirs, *_ = question.arguments  # connect(socket, ...)
    seccomp.hand_in(questions, question, line.fileno(), theirs)
    seccomp.answer(questions, question)
    return stream


def refuse(questions):
    question = next_question(questions)
    seccomp.answer(questions, question, errno.EHOSTDOWN)


def main():
    ours, theirs = socket.socketpair()
    ours.settimeout(DEADLINE)
    with child(supervised, theirs) as pid:
        questions = take_over(ours)
        stream = give_a_line(questions, pid)
        refuse(questions)
    stream.close()
    print("supervisor: I gave it my own line, then an error")


if __name__ == "__main__":
    main()
