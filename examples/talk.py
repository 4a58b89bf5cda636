"""What is this talk's own: its families, what its tricks need, and who speaks in their output.

The machinery reads this file (see deck/programs/talk.py) and knows nothing of networking itself.
A probe tries the very call that the tricks make, in a world as theirs; it returns "", or says what
is wrong. Its docstring says what is needed.
"""

import os
import socket
import struct

FAMILIES = {
    "map": "The map: every way to talk",
    "pipes": "Pipes and FIFOs",
    "tcp": "TCP",
    "udp": "UDP",
    "unix": "Unix sockets",
    "ip": "Below TCP and UDP: IP and its hosts",
    "packet": "Below IP: packet sockets and XDP",
    "netlink": "Netlink: talking to the kernel",
    "files": "Files and descriptors",
    "sharing": "Shared memory and queues",
    "events": "Waiting for many things",
    "services": "Services and their sockets",
    "awesome": "Everything is awesome",
}

# Who speaks, by the beginning of the name; all others are programs.
SPEAKERS = {
    "kernel": ("kernel",),
    "wire": (
        "wire",
        "network",
        "router",
        "bridge",
        "switch",
        "link",
    ),
}

PACKAGES = {
    "postgres": "postgresql",
    "initdb": "postgresql",
    "mariadbd": "mariadb-server",
    "redis-server": "redis-server",
    "redis-benchmark": "redis-tools",
    "zmq": "python3-zmq",
    "/etc/services": "netbase",
    "ip": "iproute2",
    "tipc": "iproute2",
    "gzip": "gzip",
    "dig": "bind9-dnsutils",
}

THIRD_PARTY = ("zmq",)

# Hosts and wires are made of these, and a user namespace may not load them by itself.
LAB_MODULES = (
    *("ipv6", "veth", "bridge", "af_packet"),
    *("inet_diag", "tcp_diag", "udp_diag", "unix_diag"),
)

CAPABILITIES = {"ptrace": ("CAP_SYS_PTRACE",)}

# Bluetooth knows no other network than the machine's first.
MACHINE_NETWORK = ("module bluetooth",)


def bpf():
    """programs of ours in the kernel (bpf(2): root, and a kernel that is not locked down)"""
    from examples.support.bpf import (
        END,
        create_map,
        load_program,
        move,
    )

    hash_of_sockets, message_verdict = 18, 16
    os.close(create_map(hash_of_sockets, 8, 4, 1))
    os.close(load_program(message_verdict, move(0, 1), END))
    return ""


def cgroup_of_bpf():
    """a control group to which a BPF program can be attached (fsopen(2), cgroup version 2)"""
    from examples.support.bpf import my_cgroup

    os.close(my_cgroup())
    return ""


def other_process():
    """the descriptors of another process (pidfd_getfd(2), refused by Yama or by a container)"""
    from examples.support.linux import pidfd_getfd

    # The harder way round: Yama always lets a parent look into its child.
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            pidfd_getfd(os.pidfd_open(parent), 1)
        except OSError as error:
            os._exit(error.errno)
        os._exit(0)
    errno = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return os.strerror(errno) if errno else ""


def landlock():
    """Landlock with network rules (Linux 6.7 or newer, switched on at boot: lsm=landlock,...)"""
    from examples.support.landlock import landlock_create_ruleset

    connect_tcp = 2
    os.close(landlock_create_ruleset(0, connect_tcp))
    return ""


def ipv6():
    """IPv6, which this machine has switched off (ipv6.disable at boot, or net.ipv6.conf...)"""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
        one.bind(("::1", 0))
    return ""


def tipc():
    """TIPC (modprobe tipc; kernels for clouds lack it)"""
    return _family(30, socket.SOCK_DGRAM)


def bluetooth():
    """Bluetooth (modprobe bluetooth; kernels for clouds lack it)"""
    return _family(31, socket.SOCK_RAW, 1)


def xdp():
    """AF_XDP sockets (a kernel with CONFIG_XDP_SOCKETS)"""
    return _family(44, socket.SOCK_RAW)


def mptcp():
    """Multipath TCP (a kernel with CONFIG_MPTCP, and net.mptcp.enabled = 1)"""
    return _family(socket.AF_INET, socket.SOCK_STREAM, 262)


def vsock_loopback():
    """AF_VSOCK's loopback (modprobe vsock_loopback)"""
    local = 1  # VMADDR_CID_LOCAL, vsock(7)
    with (
        socket.socket(socket.AF_VSOCK) as server,
        socket.socket(socket.AF_VSOCK) as client,
    ):
        server.bind((local, socket.VMADDR_PORT_ANY))
        server.listen(1)
        client.settimeout(1)
        client.connect((local, server.getsockname()[1]))
    return ""


def inet_diag_destroy():
    """the right to end other people's sockets (a kernel with CONFIG_INET_DIAG_DESTROY)"""
    # SOCK_DESTROY with acknowledgement, for a socket that is not: any other refusal than
    # EOPNOTSUPP shows that the kernel has it.
    sock_diag, sock_destroy, request_and_ack = 4, 21, 0x5
    body = struct.pack(
        "=BBxxI48x", socket.AF_INET, socket.IPPROTO_TCP, 0
    )
    header = struct.pack(
        "=IHHII",
        16 + len(body),
        sock_destroy,
        request_and_ack,
        1,
        0,
    )
    with socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW, sock_diag
    ) as kernel:
        kernel.settimeout(1)
        kernel.send(header + body)
        answer = kernel.recv(4096)
    (error,) = struct.unpack_from("=i", answer, 16)
    not_supported = -95
    return os.strerror(95) if error == not_supported else ""


def _family(*kind):
    """A module is loaded, where it can be, by whoever makes the first socket of its family."""
    socket.socket(*kind).close()
    return ""


PROBES = {
    "bpf": bpf,
    "cgroup": cgroup_of_bpf,
    "ptrace": other_process,
    "landlock": landlock,
    "ipv6": ipv6,
    "module tipc": tipc,
    "module bluetooth": bluetooth,
    "module xdp": xdp,
    "module mptcp": mptcp,
    "module vsock_loopback": vsock_loopback,
    "module inet_diag_destroy": inet_diag_destroy,
}

# What Debian's user-mode-linux has; the rest it lacks.
IN_LAB = (
    *("bpf", "cgroup", "ptrace", "ipv6"),
    *("module tipc", "module vsock_loopback"),
)

# What the Linux in the page has: Debian's 6.1 for i686, with the modules that it was saved with.
IN_PAGE = (
    *("ptrace", "cgroup", "ipv6", "program grep"),
    *("program gzip", "file /etc/services", "file /dev/vhci"),
    *("module tipc", "module bluetooth", "module mptcp"),
    *("module vsock_loopback", "module inet_diag_destroy"),
)
