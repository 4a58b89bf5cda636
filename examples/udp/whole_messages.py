"""The whole message or, if your buffer is too small, a torn one.

One receive takes one message, not parts of two, and not a part that the next receive completes:
what does not fit is gone. The flag MSG_TRUNC says so. Passed in, it makes recv return the true
length. A message may even be empty, so b"" is not the end of anything.

:needs: none
:man: udp(7), recv(2)
:since: 2.6.8
"""

import socket

DEADLINE = 5  # seconds


def mailbox():
    inbox = socket.socket(type=socket.SOCK_DGRAM)
    inbox.bind(("127.0.0.1", 0))
    inbox.settimeout(DEADLINE)
    return inbox


def letter_for(inbox, *messages):
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        for message in messages:
            out.sendto(message, inbox.getsockname())


def read(inbox, size):
    text, _, flags, _ = inbox.recvmsg(size)
    return text, bool(flags & socket.MSG_TRUNC)


def true_length(inbox):
    """How long is the next one? Look, but leave it there."""
    return inbox.recv_into(
        bytearray(1), 1, socket.MSG_PEEK | socket.MSG_TRUNC
    )


def main():
    inbox = mailbox()
    print("writer: b'pay 1000000', b'', b'dear bob'")
    letter_for(inbox, b"pay 1000000", b"", b"dear bob")

    text, torn = read(inbox, 5)
    print(f"reader: with a buffer of 5: {text!r}")
    print(f"kernel: MSG_TRUNC, the rest is gone: {torn}")
    assert (text, torn) == (b"pay 1", True)

    text, torn = read(inbox, 5)
    print(f"reader: next: {text!r}, an empty message and no end")
    assert (text, torn) == (b"", False)

    length = true_length(inbox)
    print(f"kernel: MSG_PEEK | MSG_TRUNC: the next has {length}")
    text, torn = read(inbox, length)
    print(f"reader: with a buffer of {length}: {text!r}")
    assert (length, text, torn) == (8, b"dear bob", False)


if __name__ == "__main__":
    main()
