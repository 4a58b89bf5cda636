"""System calls and constants of Linux that Python 3.11 does not name.

Each constant has the value of the generic ABI (x86, arm, RISC-V); the header it comes from is
named above its group. Calls go through libc; each raises OSError with the kernel's errno.
"""

import ctypes
import fcntl
import os
import socket
import struct
import termios
import time

# include/uapi/asm-generic/unistd.h
SYS_PIDFD_GETFD = 438
SYS_LANDLOCK_CREATE_RULESET = 444
SYS_LANDLOCK_ADD_RULE = 445
SYS_LANDLOCK_RESTRICT_SELF = 446

# include/uapi/linux/landlock.h
LANDLOCK_RULE_NET_PORT = 2
LANDLOCK_ACCESS_NET_CONNECT_TCP = 1 << 1

# include/uapi/linux/prctl.h
PR_SET_NO_NEW_PRIVS = 38

# include/uapi/linux/sched.h
CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

# include/uapi/asm-generic/socket.h
SO_ATTACH_FILTER = 26
SO_RXQ_OVFL = 40
SO_PEEK_OFF = 42
SO_ATTACH_REUSEPORT_CBPF = 51
SO_MEMINFO = 55
SO_ZEROCOPY = 60
SO_NETNS_COOKIE = 71
SO_PASSPIDFD = 76
SO_PEERPIDFD = 77
SO_PASSRIGHTS = 83

# include/linux/socket.h
SCM_PIDFD = 0x04
MSG_ZEROCOPY = 0x4000000

# include/uapi/linux/errqueue.h
SO_EE_ORIGIN_ZEROCOPY = 5
SO_EE_CODE_ZEROCOPY_COPIED = 1

# include/uapi/linux/sock_diag.h: index of the drop counter in what SO_MEMINFO returns
SK_MEMINFO_DROPS = 8

# include/uapi/linux/in.h
IP_PKTINFO = 8
IP_MTU_DISCOVER, IP_PMTUDISC_DO = 10, 2
IP_RECVERR = 11
IP_MULTICAST_ALL = 49

# include/uapi/linux/udp.h
UDP_SEGMENT, UDP_GRO = 103, 104

# include/uapi/linux/netlink.h
SOL_NETLINK = 270
NETLINK_USERSOCK = 2
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_NO_ENOBUFS = 5

# include/uapi/linux/if_packet.h
SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 1, 1
PACKET_RX_RING, PACKET_VERSION, TPACKET_V3 = 5, 10, 2
PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 15, 23
PACKET_IGNORE_OUTGOING = 23

# include/uapi/linux/if_ether.h
ETH_P_ALL, ETH_P_IP = 0x0003, 0x0800

# include/uapi/linux/tcp.h
TCP_REPAIR = 19
TCP_REPAIR_QUEUE = 20
TCP_QUEUE_SEQ = 21
TCP_REPAIR_OPTIONS = 22
TCP_TIMESTAMP = 24
TCP_REPAIR_WINDOW = 29
TCP_FASTOPEN_CONNECT = 30
TCP_RECV_QUEUE, TCP_SEND_QUEUE = 1, 2

# include/net/tcp.h
TCPOPT_MSS, TCPOPT_WINDOW = 2, 3
TCPOPT_SACK_PERM, TCPOPT_TIMESTAMP = 4, 8

# include/uapi/linux/sockios.h: bytes of a TCP socket that were not sent yet
SIOCOUTQNSD = 0x894B

# include/uapi/linux/inotify.h
IN_CREATE = 0x100

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, call: str) -> int:
    if result < 0:
        errno = ctypes.get_errno()
        raise OSError(errno, f"{call}: {os.strerror(errno)}")
    return result


def unshare(flags: int) -> None:
    """Give the calling thread namespaces of its own: unshare(2), os.unshare since Python 3.12."""
    _checked(_libc.unshare(flags), "unshare")


def setns(fd: int, kind: int = 0) -> None:
    """Move the calling thread into the namespace fd: setns(2), os.setns since Python 3.12."""
    _checked(_libc.setns(fd, kind), "setns")


def pidfd_getfd(pidfd: int, fd: int) -> int:
    """Copy a descriptor of another process, without its help: pidfd_getfd(2), Linux 5.6."""
    return _checked(
        _libc.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0), "pidfd_getfd"
    )


def unsent(sock: socket.socket) -> int:
    """Bytes that were written to a TCP socket, and that the kernel has not sent yet: tcp(7)."""
    answer = fcntl.ioctl(sock, SIOCOUTQNSD, bytes(4))
    return struct.unpack("=i", answer)[0]


def unacknowledged(sock: socket.socket) -> int:
    """Bytes that were written, and that the other side has not acknowledged: SIOCOUTQ, tcp(7)."""
    answer = fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4))
    return struct.unpack("=i", answer)[0]


def tcp_options(sock: socket.socket) -> bytes:
    """What both ends of a connection agreed on when they met, as TCP_REPAIR_OPTIONS wants it."""
    protocol = socket.IPPROTO_TCP
    info = sock.getsockopt(protocol, socket.TCP_INFO, 8)
    scales = info[6] & 15 | info[6] >> 4 << 16
    mss = sock.getsockopt(protocol, socket.TCP_MAXSEG)
    rows = [(TCPOPT_MSS, mss), (TCPOPT_WINDOW, scales)]
    # Linux agrees on these two unless somebody has switched them off.
    rows += [(TCPOPT_SACK_PERM, 0), (TCPOPT_TIMESTAMP, 0)]
    return b"".join(struct.pack("=II", *row) for row in rows)


def attach_filter(
    sock: socket.socket,
    *program: tuple[int, int, int, int],
    option: int = SO_ATTACH_FILTER,
) -> None:
    """Let classic BPF decide what the socket receives: rows of (code, jt, jf, k); socket(7).

    With option=SO_ATTACH_REUSEPORT_CBPF it decides which socket of a group receives.
    """
    rows = b"".join(struct.pack("=HBBI", *row) for row in program)
    code = ctypes.create_string_buffer(rows)
    address = ctypes.addressof(code)
    sock_fprog = struct.pack("@HP", len(program), address)
    sock.setsockopt(socket.SOL_SOCKET, option, sock_fprog)


def drop_capabilities() -> None:
    """Give up every capability for good: capset(2), which libc has but does not declare."""
    version_3 = 0x20080522
    header = struct.pack("=Ii", version_3, 0)
    _checked(_libc.capset(header, bytes(24)), "capset")


def tee(source: int, target: int, length: int) -> int:
    """Let a second pipe have the pages of the first, which keeps them: tee(2)."""
    length = ctypes.c_size_t(length)
    return _checked(_libc.tee(source, target, length, 0), "tee")


def bind(sock: socket.socket, address: bytes) -> None:
    """Bind a socket of a family that Python does not know, to a struct sockaddr_*."""
    _checked(
        _libc.bind(sock.fileno(), address, len(address)), "bind"
    )


def connect(sock: socket.socket, address: bytes) -> None:
    """Connect a blocking socket of such a family to a struct sockaddr_*."""
    _checked(
        _libc.connect(sock.fileno(), address, len(address)),
        "connect",
    )


def accept(sock: socket.socket) -> socket.socket:
    """Accept a connection to a socket of such a family; do not ask from where."""
    fd = _checked(_libc.accept(sock.fileno(), None, None), "accept")
    return socket.socket(fileno=fd)


class Iovec(ctypes.Structure):
    """A piece of memory: struct iovec, readv(2)."""

    _fields_ = [
        ("base", ctypes.c_void_p),
        ("length", ctypes.c_size_t),
    ]


class Msghdr(ctypes.Structure):
    """One message, in pieces, with its address and its control data: struct msghdr, recv(2)."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("pieces", ctypes.POINTER(Iovec)),
        ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class Mmsghdr(ctypes.Structure):
    """One of many messages, and how many bytes of it went or came: struct mmsghdr, sendmmsg(2)."""

    _fields_ = [("header", Msghdr), ("length", ctypes.c_uint)]


def sendmmsg(sock: socket.socket, messages: ctypes.Array) -> int:
    """Send an array of Mmsghdr; return how many went: sendmmsg(2), Linux 3.0."""
    count = len(messages)
    return _checked(
        _libc.sendmmsg(sock.fileno(), messages, count, 0),
        "sendmmsg",
    )


def recvmmsg(sock: socket.socket, messages: ctypes.Array) -> int:
    """Wait until an array of Mmsghdr is full; return how many came: recvmmsg(2), Linux 2.6.33."""
    count = len(messages)
    return _checked(
        _libc.recvmmsg(sock.fileno(), messages, count, 0, None),
        "recvmmsg",
    )


def landlock_create_ruleset(filesystem: int, network: int) -> int:
    """A set of rules for these kinds of access, which it forbids: landlock_create_ruleset(2)."""
    kinds = struct.pack("=QQ", filesystem, network)
    call = SYS_LANDLOCK_CREATE_RULESET
    return _checked(
        _libc.syscall(call, kinds, len(kinds), 0), "landlock"
    )


def landlock_allow_port(rules: int, access: int, port: int) -> None:
    """An exception to a set of rules: landlock_add_rule(2)."""
    rule = struct.pack("=QQ", access, port)
    call, kind = SYS_LANDLOCK_ADD_RULE, LANDLOCK_RULE_NET_PORT
    _checked(_libc.syscall(call, rules, kind, rule, 0), "landlock")


def landlock_restrict_self(rules: int) -> None:
    """Live by these rules from now on, and all children too: landlock_restrict_self(2).

    First this thread gives up the privileges that a set-user-ID program would bring.
    """
    _checked(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    call = SYS_LANDLOCK_RESTRICT_SELF
    _checked(_libc.syscall(call, rules, 0), "landlock")


def signalfd(*signals: int) -> int:
    """Return a descriptor from which blocked signals can be read: signalfd(2), Linux 2.6.27."""
    return _checked(
        _libc.signalfd(-1, _sigset(signals), os.O_CLOEXEC),
        "signalfd",
    )


def read_signals(fd: int) -> list[tuple[int, int]]:
    """Read all that a signalfd has, waiting for the first: number and value of each signal."""
    size, number_and_value = 128, struct.Struct("=I40xi")
    records = os.read(fd, 64 * size)
    return [
        number_and_value.unpack_from(records, at)
        for at in range(0, len(records), size)
    ]


def sigqueue(pid: int, number: int, value: int) -> None:
    """Send a signal that carries a number: sigqueue(3)."""
    sigval = ctypes.c_void_p(value)
    _checked(_libc.sigqueue(pid, number, sigval), "sigqueue")


def timerfd() -> int:
    """Return a descriptor that can be read when time is up: timerfd_create(2), Linux 2.6.27."""
    return _checked(
        _libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_CLOEXEC),
        "timerfd_create",
    )


def timerfd_settime(fd: int, nanoseconds: int) -> None:
    """Let a timer expire once, so long from now; less than a second: timerfd_settime(2)."""
    once = struct.pack("@4l", 0, 0, 0, nanoseconds)
    _checked(
        _libc.timerfd_settime(fd, 0, once, None), "timerfd_settime"
    )


def inotify(path: str, events: int) -> int:
    """Return a descriptor that tells what happens to a file or in a folder: inotify(7)."""
    fd = _checked(
        _libc.inotify_init1(os.O_CLOEXEC), "inotify_init1"
    )
    _checked(
        _libc.inotify_add_watch(fd, os.fsencode(path), events),
        "inotify_add_watch",
    )
    return fd


def pselect(
    readers: list[int], seconds: int, blocked: tuple[int, ...] = ()
) -> list[int]:
    """Wait for readers, with only these signals blocked meanwhile: pselect(2), Linux 2.6.16.

    A signal that comes through raises InterruptedError; Python's own select would go on waiting.
    """
    bits = sum(1 << fd for fd in readers).to_bytes(128, "little")
    ready = ctypes.create_string_buffer(bits, 128)
    deadline = struct.pack("@2l", seconds, 0)
    count = max(readers, default=-1) + 1
    mask = _sigset(blocked)
    _checked(
        _libc.pselect(count, ready, None, None, deadline, mask),
        "pselect",
    )
    left = int.from_bytes(ready.raw, "little")
    return [fd for fd in readers if left >> fd & 1]


def mq_open(name: str, messages: int, size: int) -> int:
    """Make a queue for so many messages of up to that size; return its descriptor: mq_open(3)."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NONBLOCK
    mq_attr = struct.pack("@8l", 0, messages, size, 0, 0, 0, 0, 0)
    return _checked(
        _libc.mq_open(name.encode(), flags, 0o600, mq_attr),
        "mq_open",
    )


def mq_unlink(name: str) -> None:
    """Take the name away; the queue lives on while somebody has it open: mq_unlink(3)."""
    _checked(_libc.mq_unlink(name.encode()), "mq_unlink")


def mq_send(queue: int, message: bytes, priority: int) -> None:
    """Put a message in front of all that are less important: mq_send(3)."""
    length = ctypes.c_size_t(len(message))
    _checked(
        _libc.mq_send(queue, message, length, priority), "mq_send"
    )


def mq_receive(queue: int, size: int) -> tuple[bytes, int]:
    """Take the oldest of the most important messages, and its priority: mq_receive(3)."""
    message = ctypes.create_string_buffer(size)
    priority = ctypes.c_uint()
    length = _checked(
        _libc.mq_receive(
            queue,
            message,
            ctypes.c_size_t(size),
            ctypes.byref(priority),
        ),
        "mq_receive",
    )
    return message.raw[:length], priority.value


def mq_notify(queue: int, number: int) -> None:
    """Ask for one signal when a message comes to the empty queue: mq_notify(3)."""
    sigevent = struct.pack("@qii48x", 0, number, 0)
    _checked(_libc.mq_notify(queue, sigevent), "mq_notify")


def _sigset(signals: tuple[int, ...]) -> bytes:
    bits = sum(1 << (number - 1) for number in signals)
    return bits.to_bytes(128, "little")
