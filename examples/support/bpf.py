"""Programs for the kernel's BPF machine, by the bpf(2) system call: enough for the tricks.

A program is rows of eight bytes (linux/bpf.h, struct bpf_insn). Here they are written by hand, so
that nothing has to be compiled; Documentation/bpf/instruction-set.rst has the whole language.
"""

import ctypes
import os
import platform
import socket
import struct

from examples.support.linux import SO_NETNS_COOKIE

# include/uapi/linux/bpf.h, enum bpf_cmd
BPF_MAP_CREATE, BPF_MAP_UPDATE_ELEM = 0, 2
BPF_PROG_LOAD, BPF_PROG_ATTACH, BPF_LINK_CREATE = 5, 8, 28

# include/uapi/asm-generic/unistd.h, include/uapi/linux/mount.h
SYS_FSOPEN, SYS_FSCONFIG, SYS_FSMOUNT = 430, 431, 432
FSCONFIG_CMD_CREATE = 6

SYS_BPF = {"x86_64": 321}.get(platform.machine(), 280)

_libc = ctypes.CDLL(None, use_errno=True)


def bpf(command: int, attributes: bytes) -> int:
    """Make the system call; return what it returns, most often a descriptor."""
    size = len(attributes)
    given = ctypes.create_string_buffer(attributes, size)
    return _call("bpf", SYS_BPF, command, given, size)


def _call(name: str, *words: object) -> int:
    result = _libc.syscall(*words)
    if result < 0:
        errno = ctypes.get_errno()
        raise OSError(errno, f"{name}: {os.strerror(errno)}")
    return result


def op(
    code: int,
    dst: int = 0,
    src: int = 0,
    offset: int = 0,
    value: int = 0,
) -> bytes:
    """Write one instruction."""
    return struct.pack("=BBhi", code, src << 4 | dst, offset, value)


def move(dst: int, value: int) -> bytes:
    """dst = value."""
    return op(0xB7, dst, value=value)


def copy(dst: int, src: int) -> bytes:
    """dst = src."""
    return op(0xBF, dst, src)


def add(dst: int, value: int) -> bytes:
    """dst += value."""
    return op(0x07, dst, value=value)


def load(dst: int, src: int, offset: int) -> bytes:
    """dst = the 32-bit number at src + offset."""
    return op(0x61, dst, src, offset)


def store(dst: int, offset: int, src: int) -> bytes:
    """The 32-bit number at dst + offset = src."""
    return op(0x63, dst, src, offset)


def from_big_endian(dst: int) -> bytes:
    """dst = the 32-bit number dst, its bytes put in this machine's order."""
    return op(0xDC, dst, value=32)


def skip_unless(dst: int, value: int, *body: bytes) -> bytes:
    """If dst == value: body."""
    rows = b"".join(body)
    return op(0x55, dst, offset=len(rows) // 8, value=value) + rows


def load_map(dst: int, fd: int) -> bytes:
    """dst = the map with this descriptor: twice as long as other instructions."""
    return op(0x18, dst, src=1, value=fd) + op(0)


def call(helper: int) -> bytes:
    """r0 = helper(r1, r2, ...), one of the kernel's (enum bpf_func_id)."""
    return op(0x85, value=helper)


END = op(0x95)  # return r0


def create_map(
    kind: int, key: int, value: int, entries: int
) -> int:
    """Make a map whose keys and values have these sizes in bytes; return its descriptor."""
    attributes = struct.pack("=5I", kind, key, value, entries, 0)
    return bpf(BPF_MAP_CREATE, attributes)


def update(fd: int, key: bytes, value: bytes) -> None:
    """Put a value in a map."""
    buffers = [
        ctypes.create_string_buffer(data, len(data))
        for data in (key, value)
    ]
    addresses = map(ctypes.addressof, buffers)
    attributes = struct.pack("=I4xQQQ", fd, *addresses, 0)
    bpf(BPF_MAP_UPDATE_ELEM, attributes)


def load_program(kind: int, *instructions: bytes) -> int:
    """Have the kernel verify a program and take it in; return its descriptor."""
    code = b"".join(instructions)
    given = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    attributes = struct.pack(
        "=IIQQIIQ",
        kind,
        len(code) // 8,
        ctypes.addressof(given),
        ctypes.addressof(licence),
        0,
        0,
        0,
    )
    return bpf(BPF_PROG_LOAD, attributes)


def attach_to_map(program: int, fd: int, kind: int) -> None:
    """Have a program look at what the sockets of a map send; it stays while the map does."""
    bpf(BPF_PROG_ATTACH, struct.pack("=4I", fd, program, kind, 0))


def attach(
    program: int, where: int, kind: int, flags: int = 0
) -> int:
    """Put a program in its place (an interface's number, a cgroup); it stays until close."""
    attributes = struct.pack("=4I", program, where, kind, flags)
    return bpf(BPF_LINK_CREATE, attributes)


def my_network() -> int:
    """Return the number by which a BPF program knows the network stack of this process."""
    with socket.socket() as sock:
        cookie = sock.getsockopt(
            socket.SOL_SOCKET, SO_NETNS_COOKIE, 8
        )
    return struct.unpack("=Q", cookie)[0]


def my_cgroup() -> int:
    """Open the control group that this process is in, and that its children will be in.

    A program attached here is asked about all who live in the group, and leaves with its
    descriptor: so no group has to be made, and none is left behind. The tree need not be mounted
    anywhere: fsopen(2) gives a mount without a place.
    """
    tree = _call("fsopen", SYS_FSOPEN, b"cgroup2", 0)
    _call(
        *["fsconfig", SYS_FSCONFIG, tree],
        *[FSCONFIG_CMD_CREATE, None, None, 0],
    )
    top = _call("fsmount", SYS_FSMOUNT, tree, 0, 0)
    with open("/proc/self/cgroup") as groups:
        [path] = [row[4:-1] for row in groups if row[:3] == "0::"]
    try:
        return os.open(path or ".", os.O_DIRECTORY, dir_fd=top)
    finally:
        os.close(top)
        os.close(tree)
