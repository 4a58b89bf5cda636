"""BPF programs and their maps, by the bpf(2) system call.

A program is taken in once (the kernel reads it through, and refuses what it can't prove to end and
to be harmless), then attached to the place where it runs. A map is a table that the kernel keeps,
and that both programs and we can use; some hold sockets. All are descriptors, and go with them.

How a program is written: examples/support/assembler.py.
"""

import ctypes
import os
import socket
import struct

from examples.support.linux import SO_NETNS_COOKIE
from examples.support.machines import system_call

# include/uapi/linux/bpf.h, enum bpf_cmd
BPF_MAP_CREATE, BPF_MAP_UPDATE_ELEM = 0, 2
BPF_PROG_LOAD, BPF_PROG_ATTACH, BPF_LINK_CREATE = 5, 8, 28

# enum bpf_map_type: a row of sockets, a table of them, a row for AF_XDP
BPF_MAP_TYPE_SOCKMAP = 15
BPF_MAP_TYPE_SOCKHASH = 18
BPF_MAP_TYPE_XSKMAP = 17

# enum bpf_prog_type and enum bpf_attach_type: which moment of the kernel's a program is for
BPF_PROG_TYPE_XDP, BPF_XDP = 6, 37
BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS = 13, 3
BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT = 16, 7
BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP = 30, 36

# the kernel's functions for programs: ___BPF_FUNC_MAPPER
BPF_FUNC_map_lookup_elem = 1
BPF_FUNC_redirect_map = 51
BPF_FUNC_sock_hash_update = 70
BPF_FUNC_msg_redirect_hash = 71
BPF_FUNC_sk_release = 86
BPF_FUNC_get_netns_cookie = 122
BPF_FUNC_sk_assign = 124

# an entry is put into a map whether or not the key is there
BPF_ANY = 0

# what programs answer, and what they are told
SK_PASS = 1
CGROUP_ALLOWS = (
    1  # any other answer of a control group's program is EPERM
)
XDP_PASS = 2
BPF_F_INGRESS = 1 << 0
BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB = 4
BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB = 5

# include/uapi/linux/if_link.h
XDP_FLAGS_SKB_MODE = 1 << 1

FD = struct.Struct("=I")


def bpf(command: int, attributes: bytes) -> int:
    """Make the system call; return what it returns, most often a descriptor."""
    size = len(attributes)
    given = ctypes.create_string_buffer(attributes, size)
    return system_call("bpf", command, given, size)


def socket_map(kind: int, key_size: int, entries: int) -> int:
    """Make a map that holds sockets, by keys of so many bytes; return its descriptor."""
    attributes = struct.pack(
        "=5I", kind, key_size, FD.size, entries, 0
    )
    return bpf(BPF_MAP_CREATE, attributes)


def put(sockets: int, key: bytes, sock: socket.socket) -> None:
    """Put a socket in a map. It leaves when it is closed."""
    value = FD.pack(sock.fileno())
    buffers = [
        ctypes.create_string_buffer(data, len(data))
        for data in (key, value)
    ]
    addresses = map(ctypes.addressof, buffers)
    attributes = struct.pack(
        "=I4xQQQ", sockets, *addresses, BPF_ANY
    )
    bpf(BPF_MAP_UPDATE_ELEM, attributes)


def load_program(kind: int, *instructions: bytes) -> int:
    """Have the kernel check a program and take it in; return its descriptor.

    A program that is refused raises OSError, with the kernel's own account of the check as a note.
    """
    code = b"".join(instructions)
    given = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(1 << 16)
    attributes = struct.pack(
        "=IIQQIIQ24xII",
        *(kind, len(code) // 8),
        *(ctypes.addressof(given), ctypes.addressof(licence)),
        *(1, len(log), ctypes.addressof(log)),
        # One kind wants to be told beforehand where it will run.
        *(
            0,
            BPF_SK_LOOKUP if kind == BPF_PROG_TYPE_SK_LOOKUP else 0,
        ),
    )
    try:
        return bpf(BPF_PROG_LOAD, attributes)
    except OSError as error:
        error.add_note(log.value.decode())
        raise


def attach_to_map(program: int, fd: int, kind: int) -> None:
    """Have a program look at what the sockets of a map send; it stays while the map does."""
    bpf(BPF_PROG_ATTACH, struct.pack("=4I", fd, program, kind, 0))


def attach(
    program: int, where: int, kind: int, flags: int = 0
) -> int:
    """Put a program in its place (an interface's number, a cgroup).

    Returns a descriptor: the program stays until it is closed, or until we end.
    """
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
    descriptor: so no group has to be made, and none is left behind.
    """
    with open("/proc/self/mounts") as mounts:
        rows = [row.split() for row in mounts]
    *_, tree = (row[1] for row in rows if row[2] == "cgroup2")
    with open("/proc/self/cgroup") as groups:
        [path] = [row[3:-1] for row in groups if row[:3] == "0::"]
    return os.open(tree + path, os.O_DIRECTORY)
