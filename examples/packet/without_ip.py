"""Two hosts talk, and there is no IP.

Alice and Bob have a cable and no address but that of the hardware. A packet socket with its own
EtherType is enough (0x88B5 is free for local experiments): she calls into the cable, he answers to
where it came from. SOCK_DGRAM lets the kernel write the 14 bytes in front; SOCK_RAW shows them.
What the cable loses nobody repeats, unless she does.

:needs: own net
:hosts: alice, bob
:man: packet(7)
:see: RFC 9542, include/uapi/linux/if_packet.h
:since: 3.17
"""

import contextlib
import errno
import socket
import sys

from examples.support.two_hosts import play

OURS = 0x88B5  # IEEE 802: local experimental EtherType 1
EVERYONE = b"\xff" * 6
ANSWERS = {b"who is there?": b"bob", b"hello, Bob": b"hello, Alice"}
QUESTION, HELLO = ANSWERS
PATIENCE, A_MOMENT = 10, 0.05  # seconds


def packet_socket(kind, patience):
    made = socket.socket(socket.AF_PACKET, kind, 0)
    made.bind(("eth0", OURS))
    made.settimeout(patience)
    return made


def call(sender, text, mac):
    sender.sendto(text, ("eth0", OURS, 0, 0, mac))


def hear(ear):
    text, (_, _, _, _, mac) = ear.recvfrom(100)
    # A network card fills short frames with zeros.
    return text.rstrip(b"\0"), mac


def ask(sender, text, mac):
    for calls in range(int(PATIENCE / A_MOMENT)):
        call(sender, text, mac)
        with contextlib.suppress(TimeoutError):
            while True:
                answer, who = hear(sender)
                if answer == ANSWERS[text]:
                    return answer, who
        if calls == 5:
            print(
                "alice: no answer, I keep calling", file=sys.stderr
            )
    raise TimeoutError("nobody answers")


def ip_refusal():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            udp.sendto(b"hello", ("10.0.0.2", 7))
        except OSError as error:
            return errno.errorcode[error.errno]


def alice():
    refusal = ip_refusal()
    print(f"alice: hello by IP? {refusal}")
    assert refusal == "ENETUNREACH"

    cable = packet_socket(socket.SOCK_DGRAM, A_MOMENT)
    name, bobs_mac = ask(cable, QUESTION, EVERYONE)
    print(f"alice: I hear {name!r}")
    print("alice: now I know his hardware")

    _, who = ask(cable, HELLO, bobs_mac)
    assert who == bobs_mac


def bob():
    cable = packet_socket(socket.SOCK_DGRAM, PATIENCE)
    raw = packet_socket(socket.SOCK_RAW, PATIENCE)

    alices_mac = answer_until(cable, QUESTION)
    print(f"bob: I hear {QUESTION!r}")
    call(cable, ANSWERS[QUESTION], alices_mac)

    answer_until(cable, HELLO)
    print(f"bob: {HELLO!r}, to me alone")
    call(cable, ANSWERS[HELLO], alices_mac)

    my_mac = cable.getsockname()[4]
    front = my_mac + alices_mac + b"\x88\xb5"
    while HELLO not in (frame := raw.recv(100).rstrip(b"\0")):
        pass
    assert frame == front + HELLO
    print(f"bob: {len(front)} bytes in front of it:")
    print("bob: to me, from her, 0x88b5")


def answer_until(cable, wanted):
    text, mac = hear(cable)
    while text != wanted:
        call(cable, ANSWERS[text], mac)
        text, mac = hear(cable)
    return mac


def main():
    play(alice, bob)


if __name__ == "__main__":
    main()
