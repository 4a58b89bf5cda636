"""A Linux kernel as an ordinary process (user-mode-linux), whose process 1 is a function of ours.

The machine's own files are its root, so Python is there too. Nobody else runs in it: what else
there should be (an address, a folder) the function sees to.
"""

import contextlib
import ctypes
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

DEADLINE = 25  # seconds for a kernel: boot, act, halt
# On CPUs with AMX it keeps the classic registers only: the C library must not use others.
PLAIN_REGISTERS = (
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW"
    ",-AVX_Fast_Unaligned_Load"
)
POWER_OFF = 0x4321FEDC  # include/uapi/linux/reboot.h


@contextlib.contextmanager
def kernel(
    act: Callable[[str], None],
    word: str,
    *devices: str,
    fds: tuple[int, ...] = (),
) -> Iterator[Callable[[], list[str]]]:
    """Boot a kernel that runs act(word) and halts; devices are words of its command line.

    Yields a function that waits for the end, and returns the lines that act has printed, those
    that begin with its name. All else, such as the kernel's own words, goes to stderr.
    """
    python = os.path.realpath(sys.executable)
    name, program = act.__name__, act.__code__.co_filename
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *["linux.uml", "mem=96M", "quiet", "loglevel=0"],
            *[f"uml_dir={folder}", f"umid={name}", *devices],
            *[
                "con=null",
                "con0=null,fd:1",
                "ssl=null",
                PLAIN_REGISTERS,
            ],
            *["root=/dev/root", "rootfstype=hostfs", "rootflags=/"],
            *[f"init={python}", "--", "-ISBu"],
            *[f'"{os.path.abspath(__file__)}"', f'"{program}"'],
            *[name, word],
        ]
        machine = subprocess.Popen(
            command,
            pass_fds=fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        try:
            yield lambda: _said(name, machine)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(machine.pid, signal.SIGKILL)
            machine.wait()


def _said(name: str, machine: subprocess.Popen) -> list[str]:
    text, _ = machine.communicate(timeout=DEADLINE)
    ours = []
    for row in text.splitlines():
        if row.startswith(name + ": "):
            ours.append(row)
        else:
            print(row, file=sys.stderr)
    return ours


def _be_process_1(program: str, name: str, word: str) -> None:
    libc = ctypes.CDLL(None)
    try:
        libc.mount(b"proc", b"/proc", b"proc", 0, None)
        root = Path(__file__).resolve().parents[2]
        sys.path.insert(0, str(root))
        runpy.run_path(program)[name](word)
    except BaseException:
        traceback.print_exc()
    finally:
        libc.reboot(POWER_OFF)


if __name__ == "__main__":
    # The kernel adds a word of its own.
    _be_process_1(*sys.argv[1:4])
