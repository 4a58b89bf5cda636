"""Who has my port? The kernel knows, and you can ask politely.

A port is taken. The kernel's own list gives the number of the socket that listens there, /proc the
process that holds that socket; a pidfd keeps hold of that process and of no other. Asked by
SIGTERM it ends properly, and the port is free.

:needs: none
:man: sock_diag(7), proc(5), pidfd_open(2), ss(8)
:since: 5.3
"""

import errno
import os
import signal
import socket
from glob import iglob
from select import select
from signal import SIGTERM, pidfd_send_signal

from examples.support.scene import child
from examples.support.sock_diag import TCP_LISTEN, tcp_sockets

# A process that has just ended, or is another user's.
NOT_MINE = FileNotFoundError, PermissionError


def socket_at(port):
    [inode] = [
        found.inode
        for found in tcp_sockets(TCP_LISTEN)
        if found.local[1] == port
    ]
    return inode


def process_with(inode):
    for link in iglob("/proc/[0-9]*/fd/*"):
        try:
            file = os.readlink(link)
        except NOT_MINE:
            continue
        if file == f"socket:[{inode}]":
            return int(link.split("/")[2])


def let_go(pid):
    process = os.pidfd_open(pid)
    pidfd_send_signal(process, SIGTERM)
    # It is readable when the process ends.
    ended, _, _ = select([process], [], [], 5)
    assert ended


def bind(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "mine"


def hog(told):
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGTERM])
    with socket.create_server(("127.0.0.1", 8000)):
        os.write(told, b"!")
        signal.sigwait([SIGTERM])
        print("hog: oh, sorry")


def main():
    news, told = os.pipe()
    with child(hog, told) as pid:
        os.close(told)
        heard = os.read(news, 1)
        assert heard == b"!"
        taken = bind(8000)
        print(f"server: port 8000: {taken}")
        assert taken == "EADDRINUSE"
        found = process_with(socket_at(8000))
        print(f"kernel: it is the hog's: {found == pid}")
        assert found == pid
        print("server: would you please end?")
        let_go(found)
    free = bind(8000)
    print(f"server: port 8000: {free}")
    assert free == "mine"


if __name__ == "__main__":
    main()
