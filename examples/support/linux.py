"""System calls and constants of Linux that Python 3.11 does not name.

Each constant has the value of the generic ABI (x86, arm, RISC-V); the header it comes from is
named above its group. Calls go through libc; each raises OSError with the kernel's errno.
"""

import ctypes
import fcntl
import socket
import struct
import termios

from examples.support.libc import checked, libc
from examples.support.machines import system_call

# include/uapi/linux/sched.h
CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

# include/uapi/asm-generic/socket.h
SO_ATTACH_FILTER = 26
SO_TIMESTAMPING = 37
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
SCM_TSTAMP_SND, SCM_TSTAMP_SCHED = 0, 1

# include/uapi/linux/net_tstamp.h
SOF_TIMESTAMPING_TX_SOFTWARE = 1 << 1
SOF_TIMESTAMPING_RX_SOFTWARE = 1 << 3
SOF_TIMESTAMPING_SOFTWARE = 1 << 4
SOF_TIMESTAMPING_OPT_ID = 1 << 7
SOF_TIMESTAMPING_TX_SCHED = 1 << 8
SOF_TIMESTAMPING_OPT_TSONLY = 1 << 11

# include/uapi/linux/sock_diag.h: which of the numbers that SO_MEMINFO returns
SK_MEMINFO_SNDBUF, SK_MEMINFO_WMEM_QUEUED, SK_MEMINFO_DROPS = (
    3,
    5,
    8,
)

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
TP_STATUS_KERNEL, TP_STATUS_USER = 0, 1 << 0
PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 15, 23

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
TCP_ULP = 31

# include/linux/socket.h, include/uapi/linux/tls.h
SOL_TLS = 282
TLS_TX, TLS_RX = 1, 2
TLS_1_3_VERSION = 0x0304
TLS_CIPHER_AES_GCM_128 = 51

# include/net/tcp.h
TCPOPT_MSS, TCPOPT_WINDOW = 2, 3
TCPOPT_SACK_PERM, TCPOPT_TIMESTAMP = 4, 8

# include/uapi/linux/sockios.h: bytes of a TCP socket that were not sent yet
SIOCOUTQNSD = 0x894B


def unshare(flags: int) -> None:
    """Give the calling thread namespaces of its own: unshare(2), os.unshare since Python 3.12."""
    checked(libc.unshare(flags), "unshare")


def setns(fd: int, kind: int = 0) -> None:
    """Move the calling thread into the namespace fd: setns(2), os.setns since Python 3.12."""
    checked(libc.setns(fd, kind), "setns")


def pidfd_getfd(pidfd: int, fd: int) -> int:
    """Copy a descriptor of another process, without its help: pidfd_getfd(2), Linux 5.6."""
    return system_call("pidfd_getfd", pidfd, fd, 0)


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
    # Two numbers of four bits in struct tcp_info: by how many bits the peer's window is shifted,
    # and ours. The option has them in 16 bits each.
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
    checked(libc.capset(header, bytes(24)), "capset")


def tee(source: int, target: int, length: int) -> int:
    """Let a second pipe have the pages of the first, which keeps them: tee(2)."""
    length = ctypes.c_size_t(length)
    return checked(libc.tee(source, target, length, 0), "tee")


def bind(sock: socket.socket, address: bytes) -> None:
    """Bind a socket of a family that Python does not know, to a struct sockaddr_*."""
    checked(libc.bind(sock.fileno(), address, len(address)), "bind")


def connect(sock: socket.socket, address: bytes) -> None:
    """Connect a blocking socket of such a family to a struct sockaddr_*."""
    checked(
        libc.connect(sock.fileno(), address, len(address)),
        "connect",
    )


def accept(sock: socket.socket) -> socket.socket:
    """Accept a connection to a socket of such a family; do not ask from where."""
    fd = checked(libc.accept(sock.fileno(), None, None), "accept")
    return socket.socket(fileno=fd)
