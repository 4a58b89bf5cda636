"""A pid is a number that strangers inherit; a pidfd is a person.

A pidfd is a descriptor of a process, and of none that comes after it. A server knows its client
twice: by pid, and by the pidfds that the kernel gave for the connection and for a message. The
client ends, and its number goes to a stranger. A signal by pidfd is refused; a signal by number
kills the stranger.

:needs: own net, kernel 6.5
:man: unix(7), pidfd_open(2), pidfd_send_signal(2), pid_namespaces(7)
:since: 6.5
"""

import errno
import os
import signal
import socket
import struct
from array import array

from examples.support.clone import fork_with_pid
from examples.support.hosts import require_private_network
from examples.support.linux import (
    SCM_PIDFD,
    SO_PASSPIDFD,
    SO_PEERPIDFD,
)
from examples.support.scene import DEADLINE

CREDENTIALS = struct.Struct("=iII")  # struct ucred: pid, uid, gid
FD = array("i").itemsize


def pid_of_peer(line):
    who = line.getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size
    )
    return CREDENTIALS.unpack(who)[0]


def pidfd_of_peer(line):
    return line.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD)


def pidfd_of_sender(line):
    line.setsockopt(socket.SOL_SOCKET, SO_PASSPIDFD, 1)
    line.send(b"who is there?")
    _, control, _, _ = line.recvmsg(100, socket.CMSG_SPACE(FD))
    [(_, kind, pidfd)] = control
    assert kind == SCM_PIDFD
    return array("i", pidfd)[0]


def try_to_kill(pidfd):
    try:
        signal.pidfd_send_signal(pidfd, signal.SIGTERM)
    except ProcessLookupError as error:
        return errno.errorcode[error.errno]


def fork(act, *args):
    pid = os.fork()
    if pid == 0:
        signal.alarm(DEADLINE)
        act(*args)
        os._exit(0)
    return pid


def call(address):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        # A plain send: nothing in it says who this is.
        line.send(line.recv(100))


def meet(line):
    """Who is it? By number, and by two descriptors."""
    with line:
        line.settimeout(DEADLINE)
        pidfds = pidfd_of_peer(line), pidfd_of_sender(line)
        return pid_of_peer(line), pidfds


def meet_client():
    """It calls, is known, and ends."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(DEADLINE)
        # No file: the kernel finds an abstract name.
        listener.bind("")
        listener.listen()
        client = fork(call, listener.getsockname())
        line, _ = listener.accept()
        number, pidfds = meet(line)
    assert number == client
    os.waitpid(client, 0)  # its number is free from here on
    return number, pidfds


def stranger_with(number):
    """In our own PID namespace we may choose the number: clone3(2), set_tid."""
    pid = fork_with_pid(number)
    if pid == 0:
        signal.alarm(DEADLINE)
        signal.pause()  # until a signal ends it
    return pid


def main():
    # The same world has a PID namespace of its own, and the right to
    # choose numbers in it: else clone3 says EPERM.
    require_private_network()
    number, pidfds = meet_client()
    print("server: I know my client by pid and by pidfd")
    print("client: I am gone")
    stranger = stranger_with(number)
    print(f"stranger: I got the client's pid: {stranger == number}")
    assert stranger == number

    refused = [try_to_kill(pidfd) for pidfd in pidfds]
    print(f"server: SIGTERM by SO_PEERPIDFD: {refused[0]}")
    print(f"server: SIGTERM by SCM_PIDFD: {refused[1]}")
    assert refused == ["ESRCH", "ESRCH"]

    os.kill(number, signal.SIGTERM)
    _, status = os.waitpid(stranger, 0)
    killed = os.WTERMSIG(status) == signal.SIGTERM
    print(f"server: SIGTERM by pid: killed the stranger: {killed}")
    assert killed


if __name__ == "__main__":
    main()
