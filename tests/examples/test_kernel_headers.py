"""What the programs know of the kernel by heart is what its headers say, for each machine."""

import ast
import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deck.programs import catalogue, isolation_calls
from examples.awesome import friends, friends_for_redis
from examples.packet import ring, xdp
from examples.services import any_port
from examples.support import clone, io_uring, machines
from examples.tcp import resurrection
from examples.udp import who_when

EXAMPLES = catalogue.ROOT / "examples"
HEADERS = Path("/usr/include")

# Where linux-libc-dev has the numbers. The last two use the generic ones: arch/arm64/include/uapi/
# asm/unistd.h includes nothing else.
NUMBERS = {
    "x86_64": "x86_64-linux-gnu/asm/unistd_64.h",
    "i686": "x86_64-linux-gnu/asm/unistd_32.h",
    "aarch64": "asm-generic/unistd.h",
    "riscv64": "asm-generic/unistd.h",
}
AUDIT = {
    "x86_64": "AUDIT_ARCH_X86_64",
    "i686": "AUDIT_ARCH_I386",
    "aarch64": "AUDIT_ARCH_AARCH64",
    "riscv64": "AUDIT_ARCH_RISCV64",
}


def in_headers(machine: str) -> dict[str, int]:
    """The numbers of system calls by name."""
    header = HEADERS / NUMBERS[machine]
    if not header.exists():
        pytest.skip(f"needs {header} (Debian package linux-libc-dev of x86-64)")
    found = re.findall(r"^#define __NR_(\w+) (\d+)$", header.read_text(), re.MULTILINE)
    return {name: int(number) for name, number in found}


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_a_system_call_has_the_number_that_the_kernel_gives_it(machine):
    found = in_headers(machine)
    ours = machines.MACHINES[machine].calls | machines.EVERYWHERE
    assert ours == {call: found[call] for call in ours}


@pytest.mark.parametrize("machine", isolation_calls.NUMBERS)
def test_so_has_a_call_of_the_machinery(machine):
    found = in_headers(machine)
    ours = isolation_calls.NUMBERS[machine] | isolation_calls.NEWER
    # The installed headers may be older than the newest calls.
    known = {call: number for call, number in ours.items() if number <= max(found.values())}
    assert known == {call: found[call] for call in known}


def test_an_unknown_machine_is_refused_by_its_name(monkeypatch):
    uname = type("Uname", (), {"machine": "sparc64"})
    monkeypatch.setattr(machines.os, "uname", lambda: uname)
    with pytest.raises(machines.UnknownMachine, match=r"sparc64; known: x86_64, aarch64"):
        machines.number("bpf")


def test_a_call_that_a_machine_lacks_is_refused_by_both_names(monkeypatch):
    monkeypatch.setattr(machines, "_name", lambda: "i686")
    with pytest.raises(machines.UnknownMachine, match=r"connect\(2\) for i686"):
        machines.number("connect")


# A constant of ours, and what it is in C: the kernel has no name for it.
OURS = {
    "LOAD_WORD": "BPF_LD | BPF_W | BPF_ABS",
    "IF_EQUAL": "BPF_JMP | BPF_JEQ | BPF_K",
    "RETURN": "BPF_RET | BPF_K",
    "COPY": "BPF_ALU64 | BPF_MOV | BPF_X",
    "PUT": "BPF_ALU64 | BPF_MOV | BPF_K",
    "ADD": "BPF_ALU64 | BPF_ADD | BPF_K",
    "LOAD": "BPF_LDX | BPF_MEM | BPF_W",
    "LOAD_LONG": "BPF_LD | BPF_IMM | BPF_DW",
    "STORE": "BPF_STX | BPF_MEM | BPF_W",
    "STORE_NUMBER": "BPF_ST | BPF_MEM | BPF_W",
    "FROM_BIG_ENDIAN": "BPF_ALU | BPF_END | BPF_TO_BE",
    "JUMP_IF_EQUAL": "BPF_JMP | BPF_JEQ | BPF_K",
    "JUMP_IF_NOT": "BPF_JMP | BPF_JNE | BPF_K",
    "JUMP_IF_ABOVE": "BPF_JMP | BPF_JGT | BPF_K",
    "CALL": "BPF_JMP | BPF_CALL",
    "EXIT": "BPF_JMP | BPF_EXIT",
    "MAP_BY_DESCRIPTOR": "BPF_PSEUDO_MAP_FD",
    "CALL_NUMBER": "offsetof(struct seccomp_data, nr)",
    "CALL_MACHINE": "offsetof(struct seccomp_data, arch)",
    "PARAMS": "sizeof(struct io_uring_params)",
    "SQ_OFFSETS": "offsetof(struct io_uring_params, sq_off)",
    "CQ_OFFSETS": "offsetof(struct io_uring_params, cq_off)",
    "ADD_ADDR": "MPTCP_PM_CMD_ADD_ADDR",
    "SET_LIMITS": "MPTCP_PM_CMD_SET_LIMITS",
    "ATTR_ADDR": "MPTCP_PM_ATTR_ADDR",
    "ATTR_RCV_ADD_ADDRS": "MPTCP_PM_ATTR_RCV_ADD_ADDRS",
    "ATTR_SUBFLOWS": "MPTCP_PM_ATTR_SUBFLOWS",
    "ADDR_ATTR_FAMILY": "MPTCP_PM_ADDR_ATTR_FAMILY",
    "ADDR_ATTR_ADDR4": "MPTCP_PM_ADDR_ATTR_ADDR4",
    "ADDR_ATTR_FLAGS": "MPTCP_PM_ADDR_ATTR_FLAGS",
    "FLAG_SIGNAL": "MPTCP_PM_ADDR_FLAG_SIGNAL",
}

# What the programs have packed by hand, and what the kernel's structs say.
LAYOUTS = [
    (80, "sizeof(struct seccomp_notif)"),
    (32, "offsetof(struct seccomp_notif, data.args)"),
    (24, "sizeof(struct seccomp_notif_resp)"),
    (24, "sizeof(struct seccomp_notif_addfd)"),
    (io_uring.REQUEST.size, "sizeof(struct io_uring_sqe)"),
    (io_uring.COMPLETION.size, "sizeof(struct io_uring_cqe)"),
    (24, "offsetof(struct io_uring_sqe, len)"),
    (32, "offsetof(struct io_uring_sqe, user_data)"),
    (20, "offsetof(struct io_sqring_offsets, dropped)"),
    (24, "offsetof(struct io_sqring_offsets, array)"),
    (20, "offsetof(struct io_cqring_offsets, cqes)"),
    (8 * len(clone.CLONE_ARGS), "offsetof(struct clone_args, cgroup)"),
    (8 * clone.CLONE_ARGS.index("exit_signal"), "offsetof(struct clone_args, exit_signal)"),
    (8 * clone.CLONE_ARGS.index("set_tid"), "offsetof(struct clone_args, set_tid)"),
    (8 * clone.CLONE_ARGS.index("set_tid_size"), "offsetof(struct clone_args, set_tid_size)"),
    (friends.REMOTE_PORT, "offsetof(struct sk_msg_md, remote_port)"),
    (friends.LOCAL_PORT, "offsetof(struct sk_msg_md, local_port)"),
    (friends_for_redis.EVENT, "offsetof(struct bpf_sock_ops, op)"),
    (friends_for_redis.REMOTE_PORT, "offsetof(struct bpf_sock_ops, remote_port)"),
    (friends_for_redis.LOCAL_PORT, "offsetof(struct bpf_sock_ops, local_port)"),
    (any_port.LOCAL_PORT, "offsetof(struct bpf_sk_lookup, local_port)"),
    (xdp.RX_QUEUE_INDEX, "offsetof(struct xdp_md, rx_queue_index)"),
    (ring.Block.status.offset, "offsetof(struct tpacket_block_desc, hdr.bh1.block_status)"),
    (ring.Block.packets.offset, "offsetof(struct tpacket_block_desc, hdr.bh1.num_pkts)"),
    (ring.Block.first.offset, "offsetof(struct tpacket_block_desc, hdr.bh1.offset_to_first_pkt)"),
    (ring.Packet.next.offset, "offsetof(struct tpacket3_hdr, tp_next_offset)"),
    (ring.Packet.size.offset, "offsetof(struct tpacket3_hdr, tp_snaplen)"),
    (ring.Packet.ip.offset, "offsetof(struct tpacket3_hdr, tp_net)"),
    (28, "sizeof(struct tpacket_req3)"),
    (resurrection.WINDOW, "sizeof(struct tcp_repair_window)"),
    (who_when.ERROR.size, "sizeof(struct sock_extended_err)"),
    (8, "offsetof(struct sock_extended_err, ee_info)"),
    (4 + 8 + 16 + 4 + 8, "sizeof(struct tls12_crypto_info_aes_gcm_128)"),
    (68, "offsetof(union bpf_attr, expected_attach_type)"),
]

# The C library has these families and levels, not the kernel's headers; a deadline is our own.
ELSEWHERE = {"AF_XDP", "SOL_XDP", "SOL_NETLINK", "SOL_PACKET", "SOL_TLS", "SOL_MPTCP", "DEADLINE"}
# What a BPF program answers has no name in any header.
ELSEWHERE |= {"CGROUP_ALLOWS"}

# The installed headers may be older than what the programs know: the version that brought it.
NEWER = {
    "SO_PASSPIDFD": "6, 5",
    "SO_PEERPIDFD": "6, 5",
    "LANDLOCK_RULE_NET_PORT": "6, 7",
    "LANDLOCK_ACCESS_NET_CONNECT_TCP": "6, 7",
    "SO_PASSRIGHTS": "6, 16",
}

# What the kernel's headers expect of a C library.
LIBC = {
    "sys/socket.h": "#pragma once\nstruct sockaddr { unsigned short family; char data[14]; };\n"
    "typedef unsigned short sa_family_t;\n",
    "netinet/in.h": "",
}
TIMES = "typedef long time_t;\nstruct timespec { long seconds, nanoseconds; };\n"


def constants() -> Iterator[tuple[str, str, int]]:
    """Each constant below a comment with a header: that comment, its name and value."""
    for path in sorted(EXAMPLES.rglob("*.py")):
        text = path.read_text()
        if "# include/uapi/" not in text:
            continue
        module = importlib.import_module(".".join(path.relative_to(EXAMPLES.parent).parts)[:-3])
        assigned = {
            node.lineno: [
                n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)
            ]
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign)
        }
        headers = ""
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("# ") and "include/" in line:
                headers = line.partition(": ")[0]
            elif line.startswith(("def ", "class ", "@")):
                headers = ""
            elif "include/uapi/" in headers:
                for name in assigned.get(number, ()):
                    if isinstance(value := getattr(module, name), int):
                        yield headers, name, value


def headers_of() -> list[str]:
    """All that the comments name: "# include/uapi/linux/netlink.h, genetlink.h" is two."""
    found = set()
    for comment in {comment for comment, _, _ in constants()}:
        folder = "linux"
        for name in re.findall(r"[\w/-]+\.h", comment):
            if name.startswith("include/uapi/"):
                folder, _, name = name.removeprefix("include/uapi/").rpartition("/")
            if not name.startswith("include/"):
                found.add(f"{folder}/{name}")
    return sorted(found)


def checks() -> list[str]:
    """A line of C for each constant and each layout, which compiles if it is so."""
    named = [(OURS.get(name, name), value) for _, name, value in constants()]
    rows = named + [(expression, value) for value, expression in LAYOUTS]
    rows += [(name, machines.MACHINES[machine].audit_arch) for machine, name in AUDIT.items()]
    return [
        f"#if LINUX_VERSION_CODE >= KERNEL_VERSION({NEWER.get(what, '0, 0')}, 0)\n"
        f'_Static_assert(({what}) == {value}ull, "{what} is {value} here");\n#endif'
        for what, value in rows
        if what not in ELSEWHERE
    ]


@pytest.fixture(scope="module")
def include(tmp_path_factory):
    """A folder with the kernel's headers and nothing of the C library's."""
    if not (HEADERS / NUMBERS["x86_64"]).exists() or not shutil.which("gcc"):
        pytest.skip("needs gcc and linux-libc-dev (Debian packages) on x86-64")
    folder = tmp_path_factory.mktemp("include")
    for name in ("linux", "asm-generic", "x86_64-linux-gnu/asm"):
        (folder / Path(name).name).symlink_to(HEADERS / name)
    for name, text in LIBC.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("machine", ["-m64", "-m32"])
def test_constants_and_layouts_are_those_of_the_headers(include, machine):
    # Numbers and layouts of arm64 are those of -m64: all these fields have a fixed width.
    headers = ["stddef.h", "linux/version.h", "linux/audit.h", *headers_of()]
    optional = [f"#if __has_include(<{h}>)\n#include <{h}>\n#endif" for h in headers]
    program = include / "checks.c"
    program.write_text("\n".join([TIMES, *optional, *checks()]))
    own = ["gcc", "-print-file-name=include"]
    stddef = subprocess.run(own, capture_output=True, text=True, check=True).stdout.strip()
    command = ["gcc", machine, "-fsyntax-only", "-nostdinc", "-isystem", stddef, f"-I{include}"]
    done = subprocess.run([*command, str(program)], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "error:" in line] == []


def test_enough_is_checked():
    """A comment that nobody finds, or a name that is left out, checks nothing."""
    assert len(checks()) > 240
    assert not ELSEWHERE & set(OURS) and not [name for name in NEWER if name in ELSEWHERE]
