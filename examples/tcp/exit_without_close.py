"""Die without closing: the kernel says goodbye for you, or hangs up.

However a process ends, the kernel closes its sockets: with all data read, the other side gets an
end of stream (FIN); with data unread, a reset (RST). While another process holds a copy of the
socket, nothing is said.

:needs: none
:man: tcp(7), exit(2), close(2)
:see: RFC 2525 section 2.17
:since: 2.6
"""

import errno
import os
import signal
import socket

from examples.support.scene import connected


def leave():
    os._exit(0)


def be_killed():
    os.kill(os.getpid(), signal.SIGKILL)


def hear(stream, patience=5):
    stream.settimeout(patience)
    try:
        return repr(stream.recv(100))
    except OSError as error:
        return errno.errorcode[error.errno]


def last_words(die, unread=b""):
    with connected() as (client, server):
        if unread:
            server.send(unread)
            # Wait for it; do not take it.
            client.recv(1, socket.MSG_PEEK)
        child = os.fork()
        if child == 0:
            die()
        client.close()
        os.waitpid(child, 0)
        return hear(server)


def last_words_of_the_last():
    with connected() as (client, server):
        child = os.fork()
        if child == 0:
            be_killed()
        os.waitpid(child, 0)
        first = hear(server, patience=0)
        client.close()
        return first, hear(server)


def main():
    for death, die in (("exit", leave), ("SIGKILL", be_killed)):
        end, reset = last_words(die), last_words(die, b"mail")
        print(f"client: {death}, all bytes read")
        print(f"server: I hear {end}")
        print(f"client: {death}, bytes unread")
        print(f"server: I hear {reset}")
        assert (end, reset) == ("b''", "ECONNRESET")
    first, last = last_words_of_the_last()
    print("client: SIGKILL, but my parent has a copy")
    print(f"server: I hear {first}")
    print("parent: I close the copy")
    print(f"server: I hear {last}")
    assert (first, last) == ("EAGAIN", "b''")


if __name__ == "__main__":
    main()
