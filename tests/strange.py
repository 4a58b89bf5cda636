"""Run all tricks on strange machines: `python tests/strange.py [--lab] [MACHINE...]`, as root.

Each machine lacks something that ours has. Nothing may fail there, hang or end in a traceback:
what can't run is skipped, with a reason and a remedy. Without --lab no lab kernel helps out. What
is to be given to `run` comes after --, such as --without-isolation.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 900
# Debian's: an ordinary user may not be allowed to open ours.
PYTHON = "/usr/bin/python3"
REFUSE = [PYTHON, str(ROOT / "tests" / "refuse.py")]

# https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
DOCKER = (
    *("audit_write", "chown", "dac_override", "fowner", "fsetid", "kill", "mknod"),
    *("net_bind_service", "net_raw", "setfcap", "setgid", "setpcap", "setuid", "sys_chroot"),
)
# The devices of a container: few, 64 MB of shared memory, queues of its own.
DEV = """
new=$(mktemp -d); mount -t tmpfs -o mode=755 dev $new
for name in null zero full random urandom tty; do
    touch $new/$name; mount --bind /dev/$name $new/$name
done
mkdir $new/shm $new/mqueue
mount -t tmpfs -o size=64m,mode=1777 shm $new/shm; mount -t mqueue mqueue $new/mqueue
ln -s /proc/self/fd $new/fd
mount --rbind $new /dev; umount -l $new; rmdir $new
exec "$@"
"""
CONTAINER = [
    *["unshare", "--mount", "--ipc", "sh", "-ec", DEV, "sh"],
    *["setpriv", "--bounding-set", ",".join(["-all", *(f"+{cap}" for cap in DOCKER)])],
]
USER = ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"]
MOUNTED = ["unshare", "--mount", "sh", "-ec"]
SMALL = 'mount -t tmpfs -o size=64m,mode=1777 tmpfs /dev/shm; exec "$@"'
NO_LAB = 'mount --bind /dev/null /usr/bin/linux.uml; exec "$@"'

# What stands before the command that runs the tricks.
MACHINES = {
    "docker": [*CONTAINER, *REFUSE, "docker"],
    # with seccomp=unconfined apparmor=unconfined systempaths=unconfined, as our remedy says
    "docker-open": CONTAINER,
    "docker-user": [*CONTAINER, *USER, *REFUSE, "docker"],
    "no-users": [*REFUSE, "users"],
    "no-namespaces": [*USER, *REFUSE, "namespaces"],
    "no-ipv6": [*REFUSE, "ipv6"],
    "no-ipv6-user": [*USER, *REFUSE, "ipv6"],
    "few-processes": ["prlimit", "--nproc=255"],
    "few-processes-user": [*USER, "prlimit", "--nproc=255"],
    "few-descriptors": ["prlimit", "--nofile=64"],
    "few-descriptors-user": [*USER, "prlimit", "--nofile=64"],
    "no-files": ["prlimit", "--fsize=0"],
    "small-memory": ["prlimit", f"--as={4_000_000 << 10}"],
    "small-memory-user": [*USER, "prlimit", f"--as={4_000_000 << 10}"],
    "small-shm": [*MOUNTED, SMALL, "sh"],
    "small-shm-user": [*MOUNTED, SMALL, "sh", *USER],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("machines", nargs="*", metavar="MACHINE", choices=[[], *MACHINES])
    parser.add_argument("--lab", action="store_true", help="with the lab kernel")
    if os.geteuid() != 0:
        parser.error("start it as root, who can take away what a machine has")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    options = parser.parse_args(words[:cut])
    bad = [
        name
        for name in options.machines or MACHINES
        if not _passes(name, options.lab, words[cut + 1 :])
    ]
    print(f"failed: {', '.join(bad)}" if bad else "all as it should be")
    return 1 if bad else 0


def _passes(name: str, lab: bool, more: list[str]) -> bool:
    command = [*MACHINES[name], PYTHON, "-m", "examples", "run", "--all", *more]
    if not lab and os.path.exists("/usr/bin/linux.uml"):
        command = [*MOUNTED, NO_LAB, "sh", *command]
    began = time.monotonic()
    skipped: dict[str, list[str]] = defaultdict(list)
    said = []
    print(name, flush=True)
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        deadline = threading.Timer(SECONDS, process.kill)
        deadline.start()
        for line in process.stdout or ():
            if found := re.match(r"\S+ skipped (\S+) \(.*?\): (.*)", line):
                skipped[found[2].replace(found[1], "ID")].append(found[1])
            elif not re.match(r"\S+ passed ", line):
                said.append(line.rstrip())
                print(f"  {said[-1]}", flush=True)
        deadline.cancel()
    for reason, ids in skipped.items():
        print(f"  {len(ids)} skipped ({', '.join(ids[:3])} ...): {reason}")
    print(f"  {time.monotonic() - began:.0f} s", flush=True)
    good = re.search(r"\b0 failed, ", said[-1] if said else "")
    return bool(good) and process.returncode == 0 and not any("Traceback" in row for row in said)


if __name__ == "__main__":
    sys.exit(main())
