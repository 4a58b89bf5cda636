"""Run a hostile program as `hostile_run.py ORDER`, as whoever starts this: JSON in, JSON out.

It makes what there is to get: a home with a secret, sockets, a key, a process.
"""

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

order = json.loads(sys.argv[1])
sys.path.insert(0, order["checkout"])

from deck.programs import catalogue, needs, uml  # noqa: E402
from deck.programs.runner import Run  # noqa: E402
from deck.programs.spare import Spares  # noqa: E402

if order["unasked"]:
    needs.check = lambda *_, **__: needs.MET

MARK = "a process of the machine"
SYS_ADD_KEY = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
SESSION_KEYRING = -3

with contextlib.ExitStack() as machine:
    home = Path(order["home"])
    secret = home / ".ssh" / "id"
    secret.parent.mkdir()
    secret.write_text("the key")
    by_path, by_name, by_port = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX), None
    by_path.bind(str(home / "bus"))
    by_name.bind(f"\0bus of {os.getpid()}")
    by_port = machine.enter_context(socket.create_server(("127.0.0.1", 0)))
    for server in (by_path, by_name):
        machine.enter_context(server).listen()
    libc = ctypes.CDLL(None, use_errno=True)
    key = libc.syscall(SYS_ADD_KEY, b"user", b"hostile", b"the key", 7, SESSION_KEYRING)
    process = machine.enter_context(
        subprocess.Popen([sys.executable, "-c", "input()", MARK], stdin=subprocess.PIPE)
    )
    there = {
        "home": str(home),
        "talk": order["talk"],
        "secret": str(secret),
        "path": str(home / "bus"),
        "name": f"bus of {os.getpid()}",
        "tcp": by_port.getsockname()[1],
        "pid": process.pid,
        "mark": MARK,
        "key": key,
    }
    program = catalogue.read(Path(order["program"]))
    spares = None
    if order["spare"]:
        spares = Spares()
        machine.callback(spares.close)
        spares.keep([program])
        assert spares.settle() == 1
    run = Run(
        program,
        arguments=(json.dumps(there),),
        isolated=order["isolated"],
        kernel=uml.kernels()[0] if order["lab"] else None,
        spares=spares,
    )
    *events, end = run.events()
    assert run.spared == order["spare"]
    print(
        json.dumps(
            {
                "got": [event.text for event in events if event.kind == "stdout"],
                "errors": [event.text for event in events if event.kind == "stderr"],
                "place": [event.text for event in events if event.kind == "start"],
                "end": [end.result, end.text],
                "left": sorted(path.name for path in home.rglob("hostile")),
                "alive": process.poll() is None,
            }
        )
    )
    process.stdin.close()
