"""Three kinds of Unix socket, and a full queue drops nothing.

The same two messages go through a stream, a datagram and a sequenced-packet socket. The last two
keep messages apart; the two with a connection say when the sender is gone. When nobody reads, all
three come to a point where they say EAGAIN; and all that they took is delivered, in order.

:needs: none
:man: unix(7), socket(2)
:since: 2.6.22
"""

import errno
import socket

KINDS = {
    "stream": socket.SOCK_STREAM,
    "dgram": socket.SOCK_DGRAM,
    "seqpacket": socket.SOCK_SEQPACKET,
}
# Of two messages the first, and what is there when the sender is gone.
HEARD = {
    "stream": ("b'knock knock'", "b''"),
    "dgram": ("b'knock '", "EAGAIN"),
    "seqpacket": ("b'knock '", "b''"),
}


def pair(kind):
    ends = socket.socketpair(socket.AF_UNIX, kind)
    for end in ends:
        end.setblocking(False)
    return ends


def hear(reader):
    try:
        return repr(reader.recv(100))
    except BlockingIOError as error:
        return errno.errorcode[error.errno]


def two_messages(kind):
    sender, reader = pair(kind)
    with reader:
        sender.send(b"knock ")
        sender.send(b"knock")
        first = hear(reader)
        while hear(reader) != "EAGAIN":
            pass
        sender.close()
        return first, hear(reader)


def fill_then_read(kind):
    """Send until the kernel says "wait"; then read it all."""
    sender, reader = pair(kind)
    with sender, reader:
        sent, received = [], []
        try:
            while True:
                message = len(sent).to_bytes(4, "big")
                sender.send(message)
                sent.append(message)
        except BlockingIOError:
            for _ in sent:
                received.append(reader.recv(4))
        return sent, received


def main():
    for name, kind in KINDS.items():
        first, end = two_messages(kind)
        print(f"{name}: recv gives {first}")
        print(f"{name}: sender gone: {end}")
        assert (first, end) == HEARD[name]
    for name, kind in KINDS.items():
        sent, received = fill_then_read(kind)
        whole = sent == received
        print(f"{name}: full: EAGAIN; nothing was lost: {whole}")
        assert whole and sent
    print("kernel: you choose boundaries and goodbyes")


if __name__ == "__main__":
    main()
