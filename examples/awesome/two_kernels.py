"""Two Linux kernels talk over a wire that is a Python socketpair.

Two kernels boot as two ordinary processes, without root (user-mode-linux). The network card of each
is one end of a socketpair that this program made: what a sendto(2) inside sends is a frame on it.
One kernel asks by UDP, the other answers, and each tells the number that it drew at its boot: with
the one that we run on, three kernels took part.

:needs: lab, program ip
:man: unix(7), udp(7)
:see: Documentation/virt/uml/user_mode_linux_howto_v2.rst
:since: 5.8
"""

import contextlib
import os
import socket
import subprocess

from examples.support.uml import DEADLINE, kernel

LEFT, RIGHT, PORT = "10.0.0.1", "10.0.0.2", 7


def boot(act, wire):
    fd = wire.fileno()
    card = f"vec0:transport=fd,fd={fd},vec=0"
    return kernel(act, boot_id(), card, fds=(fd,))


def boot_id():
    with open("/proc/sys/kernel/random/boot_id") as drawn:
        return drawn.read().strip()


def plug(address):
    """No one else here gives the network card an address."""
    for words in (
        f"ip address add {address}/24 dev vec0",
        "ip link set vec0 up",
    ):
        subprocess.run(words.split(), check=True)
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def left(_):
    wire = plug(LEFT)
    wire.bind((LEFT, PORT))
    wire.settimeout(DEADLINE)
    _, right = wire.recvfrom(100)
    print(f"left: process {os.getpid()}; {right[0]} asks me")
    wire.sendto(boot_id().encode(), right)


def right(host):
    wire = plug(RIGHT)
    answer, who = ask(wire)
    print(f"right: process {os.getpid()}; {who} answers me")
    kernels = {boot_id(), answer.decode(), host}
    print(f"right: with our host we are {len(kernels)} kernels")


def ask(wire):
    """Again and again: the other may still be booting."""
    wire.settimeout(0.5)
    while True:
        wire.sendto(b"who are you?", (LEFT, PORT))
        with contextlib.suppress(TimeoutError):
            answer, (who, _) = wire.recvfrom(100)
            return answer, who


def main():
    print("host: two kernels, and one socketpair between them")
    one, other = socket.socketpair(
        socket.AF_UNIX, socket.SOCK_DGRAM
    )
    with (
        boot(left, one) as what_left_said,
        boot(right, other) as what_right_said,
    ):
        said = what_left_said() + what_right_said()
    print(*said, sep="\n")
    assert said == [
        f"left: process 1; {RIGHT} asks me",
        f"right: process 1; {LEFT} answers me",
        "right: with our host we are 3 kernels",
    ]


if __name__ == "__main__":
    main()
