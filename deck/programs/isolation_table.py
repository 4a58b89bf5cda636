"""What a run sees and may do, in each mode: the one table that code, docs and tests read.

MODE is
- `user`: namespaces of its own on two levels, no privilege on the machine;
- `root`: the same without one for users, for tricks whose capabilities only real root can give;
- `machine`: as `root`, but in the machine's own network: Bluetooth knows no other;
- `lab`: the lab kernel, which isolates its one run as `user` or `root`;
- `bare`: none of it, on request: a subreaper keeps hold of what the run starts.
"""

# Flags of clone(2).
NEWNS, NEWUTS, NEWIPC = 0x00020000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000

# The first level is a wall: an empty root that holds what is named below. The second is the run's
# own; where a user namespace stands between them, the kernel locks the wall's mounts, whatever
# capabilities the run has (mount_namespaces(7)).
FIRST_LEVEL = NEWNS | NEWPID
SECOND_LEVEL = {
    "user": NEWUSER | NEWNET | NEWNS | NEWPID | NEWIPC | NEWUTS,
    "root": NEWNET | NEWNS | NEWPID | NEWIPC | NEWUTS,
    "machine": NEWNS | NEWPID | NEWIPC | NEWUTS,
}

# What the wall shows of the machine, read-only, besides Python and the talk's programs.
SHOWN = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32", "/nix"),
    *("/etc", "/sys"),
    *("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"),
)
LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
}
EMPTY = ("/proc", "/dev/shm", "/tmp", "/run", "/var/tmp")
# The one writable place: a tmpfs that vanishes with the run.
TMPDIR = "/dev/shm"

# Where a bare run may write besides its folder, if Landlock is there.
WRITABLE_BARE = ("/dev/shm", "/dev/mqueue", "/dev/null", "/dev/zero", "/dev/full", "/proc")

# Nobody's number. A run that root starts is the one's who called sudo, or nobody's.
NOBODY = 65534

# Bits of capabilities(7), by need; a talk adds needs of its own (talk.py). Without such a need a
# run has none.
CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW = 10, 12, 13
CAP_SYS_PTRACE, CAP_SYS_ADMIN = 19, 21
CAP_BPF = 39
CAPABILITIES = {
    "own net": (CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_PTRACE, CAP_SYS_ADMIN),
}
# The kernel's keys belong to a user, not to a namespace: no run may ask for one.
NO_KEYS = ("add_key", "request_key", "keyctl")
# What CAP_SYS_ADMIN of the whole machine must not be used for: no lock guards the wall against it.
NO_MOUNTS = (
    *("mount", "umount2", "pivot_root", "open_tree", "open_tree_attr", "move_mount"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"),
)

# Limits. Memory is bounded where a control group can be had; there, MEMORY holds for the whole run.
PROCESSES = 256
ADDRESS_SPACE = 8 << 30  # of one process
FILE_SIZE = 2 << 30  # of one file; a lab kernel's memory is one, with holes
TMPFS_SIZE = 1 << 30
MEMORY = 2 << 30
TASKS = 1024

# For each promise, the modes in which it holds; DIFFERENT says what is so in the others.
PROMISES = {
    "files": "It writes no file of the machine: all that it can write is a folder in memory.",
    "secrets": "It sees no home, no keys, no other program's files; of the talk, its programs.",
    "sockets": "It reaches no socket of another program, neither by path nor by name.",
    "network": "It has a network of its own, with nothing but its loopback.",
    "processes": "It sees and signals no process but its own.",
    "devices": "It opens no device but /dev/null, zero, full, random and urandom.",
    "settings": "It changes no setting of the kernel, but those of its own namespaces.",
    "keys": "It can use none of the kernel's keys; of those of its user it may see the names.",
    "identity": "It is not root on the machine, and gains no rights.",
    "memory": "It starts as the first to end when memory is short, and each of its files is"
    " bounded.",
    "end": "When it ends, in whatever way, everything that it started is gone.",
}
EVERYWHERE = ("user", "lab", "root")
HOLDS = {
    **dict.fromkeys(PROMISES, (*EVERYWHERE, "machine")),
    "sockets": EVERYWHERE,
    "network": EVERYWHERE,
    "devices": ("user", "lab"),
    "settings": (*EVERYWHERE, "machine", "bare"),
    "keys": (*EVERYWHERE, "machine", "bare"),
    "identity": (*EVERYWHERE, "machine", "bare"),
    "memory": (*EVERYWHERE, "machine", "bare"),
}
DIFFERENT = {
    ("machine", "sockets"): "Names of Unix sockets and TCP are refused by Landlock, where the"
    " kernel has it (6.12 for names, 6.7 for TCP); UDP and Bluetooth are not.",
    ("machine", "network"): "It has the machine's own, and may change it.",
    ("root", "devices"): "It opens the one that its need names, too.",
    ("machine", "devices"): "It opens the one that its need names, too.",
    ("bare", "files"): "Landlock refuses to write outside of its folder, /dev/shm,"
    " /dev/mqueue and /proc, where the kernel has it (5.13; shortening a file: 6.2); owners, modes"
    " and times stay open.",
    ("bare", "secrets"): "Landlock refuses to read them, where the kernel has it; names and sizes"
    " stay open.",
    ("bare", "sockets"): "Landlock refuses names (6.12); paths, TCP and UDP are open.",
    ("bare", "network"): "It has the machine's own; what would change a network does not run.",
    ("bare", "processes"): "It sees all, and signals what its user may; Landlock refuses signals"
    " (6.12).",
    ("bare", "devices"): "Landlock refuses the others, where the kernel has it.",
    ("bare", "end"): "What has ended its keeper before survives; Landlock refuses that (6.12), and"
    " root's keeper is root's.",
}

SENTENCES = {
    "user": "In namespaces of its own: it sees none of your files, no network but its own, and"
    " is gone afterwards",
    "root": "In namespaces of its own, with the rights over the kernel that its needs name, as"
    " an ordinary user: it sees none of your files, and is gone afterwards",
    "machine": "On the machine's own network; otherwise in namespaces of its own, as an ordinary"
    " user: it sees none of your files, and is gone afterwards",
    "lab": "In the lab kernel {kernel}, in namespaces of its own: it sees none of your files, no"
    " network of yours, and is gone afterwards",
    "bare": "WITHOUT ISOLATION, as you asked: it has your network, and {walls}",
}
WALLS = {
    True: "only Landlock keeps it from your files",
    False: "nothing keeps it from your files",
}


def sentence(mode: str, kernel: str = "", landlock: bool = False) -> str:
    """Where a run is and what holds there, in words; `kernel` is the lab's release."""
    return SENTENCES[mode].format(kernel=kernel, walls=WALLS[landlock])
