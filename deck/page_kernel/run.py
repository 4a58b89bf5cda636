"""One run in the page's Linux: a program in namespaces of its own, and what it says by the line."""

import contextlib
import ctypes
import json
import os
import resource
import runpy
import signal
import struct
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from deck.page_kernel import cable, patience
from deck.page_kernel.system import libc, loopback_up, mount

FOLDER = "/run/talk"  # where its files are
KNOWN = "/lib/deck/known"  # files of programs that are here already, by their digests

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x8000000, 0x20000000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
SYS_CAPSET = 185  # i386
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITY_VERSION_3 = 0x20080522

PROCESSES, SIGNALS = 200, 1 << 15
KEPT = 1 << 16  # bytes of a line, before it is cut
TIMED_OUT = 124  # as timeout(1) says it


class Stream:
    """What a program says on one of its two outputs, cut into lines."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.descriptor, self.theirs = os.pipe()
        self.open = True
        self._rest = b""

    def read(self) -> list[str]:
        data = os.read(self.descriptor, 4096)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data:
            self.open = False
            os.close(self.descriptor)
        if self._rest and (not data or len(self._rest) > KEPT):
            lines.append(self._rest)
            self._rest = b""
        return [line.decode(errors="replace") for line in lines]


class Run:
    """A program in namespaces of its own; when their first process ends, all in them ends.

    All that costs time is done before anybody asks: its process stands there and waits for its
    order.
    """

    def __init__(self) -> None:
        self.streams = [Stream("@out"), Stream("@err")]
        self.said = 0  # characters
        self._deadline = 0.0
        self._status: int | None = None
        self._timed_out = False
        theirs, ours = os.pipe()
        self._orders = os.fdopen(ours, "w")
        self._pid = os.fork()
        if self._pid == 0:
            _keep(theirs, self.streams)
        os.close(theirs)
        for stream in self.streams:
            os.close(stream.theirs)
        self._pidfd = os.pidfd_open(self._pid)

    def start(self, order: dict[str, Any]) -> None:
        time.clock_settime(time.CLOCK_REALTIME, order["time"])
        self._deadline = time.monotonic() + order["deadline"]
        with contextlib.suppress(BrokenPipeError), self._orders:  # its end will tell
            self._orders.write(json.dumps(order) + "\n")

    def descriptors(self) -> list[int]:
        streams = [stream.descriptor for stream in self.streams if stream.open]
        return [*streams, *([] if self._status is not None else [self._pidfd])]

    def left(self) -> float | None:
        """Seconds until its deadline; None once that is past, for then it is only buried."""
        return None if self._timed_out else max(0.0, self._deadline - time.monotonic())

    def kill(self) -> None:
        if self._status is None:
            os.kill(self._pid, signal.SIGKILL)

    def time_out(self) -> None:
        self._timed_out = True
        self.kill()

    def over(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
                os.close(self._pidfd)
        return self._status is not None and not any(stream.open for stream in self.streams)

    def status(self) -> int:
        return TIMED_OUT if self._timed_out else self._status or 0


def _keep(orders: int, streams: list[Stream]) -> None:
    """Hold the namespaces of a run, and die with them: PID 1 in there falls when we are killed."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        outside = Outside()
        if libc.unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "unshare")
        init = os.fork()
        if init == 0:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            _first_process(orders, streams, outside)
        code = _ended(init, streams)
    finally:
        os._exit(code & 0xFF)


def _first_process(orders: int, streams: list[Stream], outside: "Outside") -> None:
    code = 1
    try:
        libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        mount("proc", "/proc")
        mount("tmpfs", "/dev/shm", "mode=1777")
        mount("mqueue", "/dev/mqueue")
        mount("tmpfs", FOLDER, "mode=755")
        loopback_up()
        program = os.fork()
        if program == 0:
            _be_the_program(orders, streams, outside)
        code = _ended(program, streams)
    finally:
        os._exit(code & 0xFF)


def _ended(awaited: int, streams: list[Stream]) -> int:
    """Wait for a child, and bury whoever else has been left here; its exit code."""
    for stream in streams:
        os.close(stream.theirs)
    while (ended := os.waitpid(-1, 0))[0] != awaited:
        pass
    return os.waitstatus_to_exitcode(ended[1])


def _be_the_program(orders: int, streams: list[Stream], outside: "Outside") -> None:
    code = 1
    try:
        os.setsid()
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(streams[0].theirs, 1)
        os.dup2(streams[1].theirs, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8")
        sys.stdin = os.fdopen(0, encoding="utf-8")
        sys.path[:0] = [FOLDER]
        os.chdir(FOLDER)
        patience.stretch()
        with open(orders, closefd=False) as waiting:
            order = json.loads(waiting.readline() or sys.exit(1))
        outside.lend(order)
        os.closerange(3, 64)
        _lay_out(order)
        _limit(order["uid"], order["capabilities"])
        sys.argv = [order["module"], *order.get("arguments", ())]
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        _tell(error)
    finally:
        sys.stdout.flush()
        os._exit(code & 0xFF)


class Outside:
    """What a run may get of the machine's own network. Made before the run leaves that one."""

    def __init__(self) -> None:
        self._network = os.open("/proc/self/ns/net", os.O_RDONLY)
        self._card = cable.Card()

    def lend(self, order: dict[str, Any]) -> None:
        if order.get("machine_network") and libc.setns(self._network, CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "setns")
        if "cable" in order:
            self._card.move_to_here()
            cable.switch_on(order["cable"])


def _lay_out(order: dict[str, Any]) -> None:
    """The program's files: those that were sent, and those that are here already, compiled."""
    for path, text in order["parts"].items():
        _place(path).write_text(text)
    for path, digest in order.get("known", {}).items():
        target = _place(path)
        cache = target.parent / "__pycache__"
        cache.mkdir(exist_ok=True)
        compiled = cache / f"{target.stem}.{sys.implementation.cache_tag}.pyc"
        target.symlink_to(f"{KNOWN}/{digest}.py")
        compiled.symlink_to(f"{KNOWN}/{digest}.pyc")


def _place(path: str) -> Path:
    target = Path(FOLDER, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _tell(error: BaseException) -> None:
    """The traceback, from the program's own lines on."""
    while error.__traceback__ and error.__traceback__.tb_next:
        if error.__traceback__.tb_frame.f_code.co_filename.startswith(FOLDER):
            break
        error.__traceback__ = error.__traceback__.tb_next
    traceback.print_exception(error)


def _limit(uid: int, capabilities: list[int]) -> None:
    """An ordinary user with the capabilities that the program's needs name; 0 stays root."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # So small a machine would let few signals wait; the others have room for more.
    resource.setrlimit(resource.RLIMIT_SIGPENDING, (SIGNALS, SIGNALS))
    if uid == 0:
        return
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # After a change of ids /proc/self is root's (proc(5)), but for who may be dumped.
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    low = sum(1 << number for number in capabilities)
    if libc.syscall(SYS_CAPSET, header, struct.pack("6I", low, low, low, 0, 0, 0)) < 0:
        raise OSError(ctypes.get_errno(), "capset")
    for number in capabilities:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0)
