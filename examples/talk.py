"""What is this talk's own: its families, what its tricks need, and who speaks in their output.

The machinery reads this file (see deck/programs/talk.py) and knows nothing of networking itself.
A probe tries the very call that the tricks make, in a world as theirs; it returns "", or says what
is wrong. Its docstring says what is needed.
"""

import errno
import os
import pwd
import socket

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

# Who speaks, by the beginning of the name; all others are programs. What lies below the line, as
# pipes, files and sockets, is the kernel's.
SPEAKERS = {
    "kernel": (
        *("kernel", "pipe", "empty pipe", "second pipe"),
        *("fifo", "a FIFO", "file", "a file", "folder"),
        *("/dev/", "/etc/", "/proc/", "a memfd", "page"),
        *("socket", "a socket", "packet socket"),
        *("stream", "dgram", "seqpacket", "unix"),
        *("tcp", "udp", "filter", "timer", "signal"),
        *("O_DIRECT", "friends", "counter"),
    ),
    "wire": (
        *("cable", "air", "wire", "network"),
        *("router", "bridge", "switch", "link"),
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
    # TLS needs its cipher, and asks for it by names that only modprobe knows.
    *("gcm", "ctr", "ghash-generic"),
)

CAPABILITIES = {
    "ptrace": ("CAP_SYS_PTRACE",),
    # Before Linux 6.4 the verifier wants CAP_PERFMON where a program looks at addresses.
    "bpf": (
        *("CAP_BPF", "CAP_PERFMON"),
        *("CAP_NET_ADMIN", "CAP_NET_RAW"),
    ),
    "module bluetooth": ("CAP_NET_ADMIN", "CAP_NET_RAW"),
}

# Bluetooth knows no other network than the machine's first.
MACHINE_NETWORK = ("module bluetooth",)


def bpf():
    """programs of ours in the kernel (bpf(2): root, and a kernel that is not locked down)"""
    from examples.support import bpf
    from examples.support.assembler import answer

    os.close(bpf.socket_map(bpf.BPF_MAP_TYPE_SOCKHASH, 8, 1))
    let_pass = answer(bpf.SK_PASS)
    program = bpf.load_program(bpf.BPF_PROG_TYPE_SK_MSG, *let_pass)
    os.close(program)
    return ""


def io_uring():
    """io_uring (refused by kernel.io_uring_disabled, or by a container's policy, as of Docker)"""
    from examples.support.io_uring import Ring

    Ring(entries=1, idle_ms=1).close()
    return ""


def seccomp_notify():
    """seccomp filters that ask another process (refused where this one is under such a filter)"""
    from examples.support.machines import number
    from examples.support.seccomp import ask_before

    number(
        "connect"
    )  # where this has none, the trick has nothing to watch
    # A filter is for good: so a process of its own has it.
    return _refusal(ask_before, "connect")


def kernel_tls():
    """TLS in the kernel, with AES (modprobe tls)"""
    from examples.support.scene import connected
    from examples.tcp.kernel_tls import (
        TLS_TX,
        agree_on_keys,
        teach_tls,
    )

    with connected() as (sender, _):
        teach_tls(sender, TLS_TX, agree_on_keys())
    return ""


def cgroup_of_bpf():
    """a control group to which a BPF program can be attached (cgroups(7), version 2)"""
    from examples.support.bpf import my_cgroup

    os.close(my_cgroup())
    return ""


def other_process():
    """the descriptors of another process (pidfd_getfd(2), refused by Yama or by a container)"""
    from examples.support.linux import pidfd_getfd

    # The harder way round: Yama always lets a parent look into its child.
    return _refusal(pidfd_getfd, os.pidfd_open(os.getpid()), 1)


def landlock():
    """Landlock with network rules (Linux 6.7 or newer, switched on at boot: lsm=landlock,...)"""
    from examples.support import landlock

    calls = landlock.LANDLOCK_ACCESS_NET_CONNECT_TCP
    os.close(landlock.landlock_create_ruleset(0, calls))
    return ""


def ipv6():
    """IPv6, which this machine has switched off (ipv6.disable at boot, or net.ipv6.conf...)"""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
        one.bind(("::1", 0))
    return ""


def message_queues():
    """message queues (mq_overview(7); without isolation only where mqueue is on /dev/mqueue)"""
    from examples.support import mqueue

    name = mqueue.temporary_name()
    os.close(mqueue.mq_open(name, 1, 1))
    mqueue.mq_unlink(name)
    return ""


def user_name():
    """a user with a name (getpwuid(3): PostgreSQL starts for nobody else; useradd gives one)"""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return f"/etc/passwd has none for {os.geteuid()}"
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
    from examples.support.sock_diag import Found, destroy

    nobody = "0.0.0.0", 0
    # There is no such socket: any other refusal shows that the kernel has it.
    try:
        destroy(Found(nobody, nobody, 0, bytes(48)))
    except OSError as error:
        if error.errno == errno.EOPNOTSUPP:
            return error.strerror
    return ""


def _refusal(act, *args):
    """What the kernel says to another process, a child of this one, that tries a call."""
    child = os.fork()
    if child == 0:
        refused = 0
        try:
            act(*args)
        except OSError as error:
            refused = error.errno
        finally:
            os._exit(refused)
    refused = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return os.strerror(refused) if refused else ""


def _family(*kind):
    """A module is loaded, where it can be, by whoever makes the first socket of its family."""
    socket.socket(*kind).close()
    return ""


PROBES = {
    "bpf": bpf,
    "cgroup": cgroup_of_bpf,
    "ptrace": other_process,
    "landlock": landlock,
    "io_uring": io_uring,
    "seccomp notify": seccomp_notify,
    "ipv6": ipv6,
    "message queues": message_queues,
    "user name": user_name,
    "module tipc": tipc,
    "module tls": kernel_tls,
    "module bluetooth": bluetooth,
    "module xdp": xdp,
    "module mptcp": mptcp,
    "module vsock_loopback": vsock_loopback,
    "module inet_diag_destroy": inet_diag_destroy,
}

CALLED = {
    "user name": "a user with a name",
    "program tipc": "the command tipc",
}

# What Debian's user-mode-linux has; the rest it lacks.
IN_LAB = (
    *("bpf", "cgroup", "ptrace", "ipv6", "io_uring"),
    *("message queues", "user name"),
    *("seccomp notify", "module tls"),
    *("module tipc", "module vsock_loopback"),
)

# What the Linux in the page has: Debian's 6.1 for i686, with the modules that it was saved with.
IN_PAGE = (
    *("ptrace", "cgroup", "ipv6", "bpf", "io_uring"),
    "message queues",
    *("module xdp", "module tls", "program grep"),
    *("program gzip", "file /etc/services", "file /dev/vhci"),
    *("module tipc", "program tipc"),
    *("module bluetooth", "module mptcp"),
    *("module vsock_loopback", "module inet_diag_destroy"),
)

NOT_IN_PAGE = {
    "seccomp notify": "the C library in this page connects by"
    " socketcall(2), whose arguments no seccomp filter sees",
}
