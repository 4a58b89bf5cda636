"""The kernel says who is calling; the caller need not.

SO_PEERCRED names the process that connected. SO_PASSCRED, switched on by the receiver, adds to each
message the process that sent it, though the sender just calls send(): so a helper that inherited
the connection is told from the caller. An ordinary process that claims to be another is refused.

:needs: none
:man: unix(7), cmsg(3)
:since: 2.6.4
"""

import errno
import os
import socket
import struct

from examples.support.scene import child, without_root

UCRED = struct.Struct("iII")  # struct ucred: pid, uid, gid


def who_connected(caller):
    who = caller.getsockopt(
        socket.SOL_SOCKET,
        socket.SO_PEERCRED,
        UCRED.size,
    )
    return UCRED.unpack(who)


def who_sent(caller):
    text, control, _, _ = caller.recvmsg(
        100, socket.CMSG_SPACE(UCRED.size)
    )
    [(_, kind, who)] = control
    assert kind == socket.SCM_CREDENTIALS
    return text.decode(), UCRED.unpack(who)


def claim_to_be(pid, server):
    lie = UCRED.pack(pid, os.getuid(), os.getgid())
    kind = socket.SCM_CREDENTIALS
    try:
        server.sendmsg(
            [b"I am init"], [(socket.SOL_SOCKET, kind, lie)]
        )
        return "believed"
    except OSError as error:
        return errno.errorcode[error.errno]


def inherit(server):
    server.send(b"I only inherited this socket")
    without_root()  # root may lie
    verdict = claim_to_be(1, server)
    server.send(f"I said I am pid 1: {verdict}".encode())


def call(address):
    with socket.socket(
        socket.AF_UNIX, socket.SOCK_SEQPACKET
    ) as server:
        server.settimeout(10)
        server.connect(address)
        question = server.recv(100)
        assert question == b"who are you?"
        server.send(b"I called you")
        with child(inherit, server):
            pass


def ask(client, pid):
    client.settimeout(10)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    client.send(b"who are you?")
    for expected in (True, False, False):
        text, who = who_sent(client)
        print(f"client: {text}")
        print(
            f"kernel: sent by the one who called: {who[0] == pid}"
        )
        assert (who[0] == pid) == expected
    assert text.endswith("EPERM")
    who = who_connected(client)
    print(
        f"kernel: connected by the one who called: {who[0] == pid}"
    )
    assert who == (pid, os.getuid(), os.getgid())


def main():
    with socket.socket(
        socket.AF_UNIX, socket.SOCK_SEQPACKET
    ) as listener:
        listener.settimeout(10)
        listener.bind("")  # the kernel picks a name
        listener.listen()
        with child(call, listener.getsockname()) as caller:
            client, _ = listener.accept()
            with client:
                ask(client, caller)


if __name__ == "__main__":
    main()
