"""Two Linux kernels talk over a wire that is a Python socketpair.

Two kernels boot as two ordinary processes, without root (user-mode-linux). The network card of each
is one end of a socketpair that this program made: each sendto(2) inside becomes a frame on it. One
kernel asks by UDP, the other answers, and each tells the number that it drew at its boot: with the
one that we run on, three kernels took part.

:needs: lab, program ip
:man: unix(7), udp(7)
:see: Documentation/virt/uml/user_mode_linux_howto_v2.rst
:since: 5.10
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback

LEFT, RIGHT, PORT = "10.0.0.1", "10.0.0.2", 7
DEADLINE = 25  # seconds for both kernels: boot, talk, halt
POWER_OFF = 0x4321FEDC  # include/uapi/linux/reboot.h


@contextlib.contextmanager
def kernel(name, wire, folder):
    """Boot a Linux whose process 1 is this file, too."""
    fd = wire.fileno()
    python = os.path.realpath(sys.executable)
    command = [
        *["linux.uml", "mem=96M", "quiet", "loglevel=0"],
        *[f"uml_dir={folder}", f"umid={name}"],
        *["con=null", "con0=null,fd:1", "ssl=null"],
        *["root=/dev/root", "rootfstype=hostfs", "rootflags=/"],
        f"vec0:transport=fd,fd={fd},vec=0",
        f"init={python}",
        *["--", "-ISBu", f'"{os.path.abspath(__file__)}"'],
        *[name, boot_id()],
    ]
    machine = subprocess.Popen(
        command,
        pass_fds=[fd],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    try:
        yield machine
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(machine.pid, signal.SIGKILL)
        machine.wait()


def boot_id():
    with open("/proc/sys/kernel/random/boot_id") as drawn:
        return drawn.read().strip()


def inside(name, host):
    """Process 1 of a kernel: nobody else is here."""
    libc = ctypes.CDLL(None)
    try:
        libc.mount(b"proc", b"/proc", b"proc", 0, None)
        {"left": left, "right": right}[name](host)
    except BaseException:
        traceback.print_exc()
    finally:
        libc.reboot(POWER_OFF)


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


def said(name, machine):
    """What process 1 said; its kernel's own words go aside."""
    text, _ = machine.communicate(timeout=DEADLINE)
    told = []
    for row in text.splitlines():
        if row.startswith(name + ": "):
            told.append(row)
            print(row)
        else:
            print(row, file=sys.stderr)
    return told


def main():
    print("host: two kernels, and one socketpair between them")
    wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with (
        tempfile.TemporaryDirectory() as folder,
        kernel("left", wire[0], folder) as one,
        kernel("right", wire[1], folder) as other,
    ):
        asked = said("left", one)
        answered = said("right", other)
    assert asked == [f"left: process 1; {RIGHT} asks me"]
    assert answered == [
        f"right: process 1; {LEFT} answers me",
        "right: with our host we are 3 kernels",
    ]


if __name__ == "__main__":
    if os.getpid() == 1:
        # The kernel adds a word of its own.
        inside(*sys.argv[1:3])
    else:
        main()
