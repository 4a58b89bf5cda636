"""Run a hostile program as `hostile_run.py ORDER`, as whoever starts this: JSON in, JSON out.

It makes what there is to get: a home with a secret, sockets, keys, a process. They are the user's,
who is ourselves, or the one who called sudo.
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

order = json.loads(sys.argv[1])
sys.path.insert(0, order["checkout"])

from deck.programs import catalogue, needs, uml  # noqa: E402
from deck.programs.runner import Run  # noqa: E402
from deck.programs.spare import Spares  # noqa: E402

MARK = "a process of the machine"
MACHINE = os.uname().machine
SYS_ADD_KEY = {"x86_64": 248, "aarch64": 217}[MACHINE]
SYS_KEYCTL, KEYCTL_SET_TIMEOUT = {"x86_64": 250, "aarch64": 219}[MACHINE], 15
SESSION_KEYRING, USER_KEYRING = -3, -4
PR_SET_CHILD_SUBREAPER = 36
SECONDS = 120

libc = ctypes.CDLL(None, use_errno=True)


def user():
    """User and group to whom the home belongs."""
    there = os.stat(order["home"])
    return there.st_uid, there.st_gid


def add_key(name, keyring):
    """A key that goes by itself."""
    key = libc.syscall(SYS_ADD_KEY, b"user", name, b"the key", 7, keyring)
    libc.syscall(SYS_KEYCTL, KEYCTL_SET_TIMEOUT, key, SECONDS)
    return key


def as_user(act):
    """Do it in a process of the user's."""
    child = os.fork()
    if child == 0:
        uid, gid = user()
        if os.getuid() == 0:
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
        act()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def make_files_and_key():
    home = Path(order["home"])
    (home / ".ssh").mkdir()
    (home / ".ssh" / "id").write_text("the key")
    (home / "notes").write_text("all of them")
    add_key(b"hostile's user", USER_KEYRING)


def make_servers(machine):
    """Sockets of the machine that anybody on it may use."""
    name = f"bus of {os.getpid()}"
    for address in (order["bus"], f"\0{name}"):
        server = machine.enter_context(socket.socket(socket.AF_UNIX))
        server.bind(address)
        server.listen()
    os.chmod(order["bus"], 0o666)
    tcp = machine.enter_context(socket.create_server(("127.0.0.1", 0)))
    udp = machine.enter_context(socket.socket(type=socket.SOCK_DGRAM))
    udp.bind(("127.0.0.1", 0))
    threading.Thread(target=answer, args=(udp,), daemon=True).start()
    ports = {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}
    return {"path": order["bus"], "name": name, **ports}


def answer(udp):
    while True:
        _, sender = udp.recvfrom(1)
        udp.sendto(b"!", sender)


def survivors(known):
    """Whoever has outlived the run: orphans become ours, since we are a subreaper."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += map(int, (task / "children").read_text().split())
    found = [pid for pid in found if pid != known]
    told = [Path(f"/proc/{pid}/cmdline").read_text() for pid in found]
    for pid in found:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return told


def start_process():
    uid, gid = user()
    whose = {"user": uid, "group": gid, "extra_groups": []} if os.getuid() == 0 else {}
    command = [sys.executable, "-c", "input()", MARK]
    return subprocess.Popen(command, stdin=subprocess.PIPE, **whose)


def run(there):
    """Its events, and who has outlived it."""
    program = catalogue.read(Path(order["program"]))
    with contextlib.ExitStack() as ending:
        spares = None
        if order["spare"]:
            spares = Spares()
            ending.callback(spares.close)
            spares.keep([program])
            assert spares.settle() == 1
        run = Run(
            program,
            arguments=(json.dumps(there),),
            isolated=order["isolated"],
            kernel=uml.kernels()[0] if order["lab"] else None,
            spares=spares,
        )
        events = list(run.events())
        assert run.spared == order["spare"]
    return events, survivors(there["pid"])


def main():
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if order["unasked"]:
        needs.check = lambda *_, **__: needs.MET
    with contextlib.ExitStack() as machine:
        as_user(make_files_and_key)
        home = Path(order["home"])
        shared = machine.enter_context(tempfile.NamedTemporaryFile(dir="/dev/shm"))
        os.chown(shared.name, *user())
        there = {
            "talk": order["talk"],
            "home": str(home),
            "secret": str(home / ".ssh" / "id"),
            "notes": str(home / "notes"),
            "shared": shared.name,
            "key": add_key(b"hostile's session", SESSION_KEYRING),
            "mark": MARK,
            **make_servers(machine),
        }
        with start_process() as process:
            (*events, end), left = run({**there, "pid": process.pid})
            told = {
                "got": [event.text for event in events if event.kind == "stdout"],
                "errors": [event.text for event in events if event.kind == "stderr"],
                "place": [event.text for event in events if event.kind == "start"],
                "end": [end.result, end.text],
                "survivors": left,
                "alive": process.poll() is None,
            }
            process.stdin.close()
    print(json.dumps(told))


main()
