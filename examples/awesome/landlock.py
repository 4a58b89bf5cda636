"""A promise to the kernel that cannot be taken back.

A program promises to connect() to one TCP port only. Any other is EACCES. The promise holds for
a program that it starts, too, and a second set of rules cannot widen the first. Only new calls are
judged: the connection that was open before still works.

:needs: landlock
:man: landlock(7), landlock_restrict_self(2)
:see: Documentation/userspace-api/landlock.rst
:since: 6.7
"""

import errno
import os
import socket
import subprocess
import sys

from examples.support.landlock import (
    LANDLOCK_ACCESS_NET_CONNECT_TCP,
    landlock_allow_port,
    landlock_create_ruleset,
    landlock_restrict_self,
)

HERE = "127.0.0.1"
CALLER = f"""
import socket, sys
port = int(sys.argv[1])
sys.exit(socket.socket().connect_ex(("{HERE}", port)))
"""


def promise_to_call_only(port):
    calls = LANDLOCK_ACCESS_NET_CONNECT_TCP
    rules = landlock_create_ruleset(0, calls)
    landlock_allow_port(rules, calls, port)
    landlock_restrict_self(rules)
    os.close(rules)


def call(port):
    try:
        socket.create_connection((HERE, port), 10).close()
        return "answers"
    except PermissionError as error:
        return errno.errorcode[error.errno]


def call_from_another_program(port):
    done = subprocess.run(
        [sys.executable, "-c", CALLER, str(port)], timeout=10
    )
    return errno.errorcode.get(done.returncode, "answers")


def call_both(home, world):
    answers = call(home), call(world)
    print(f"program: home {answers[0]}, the world {answers[1]}")
    return answers


def speak_on(old, world):
    old.sendall(b"still here")
    server, _ = world.accept()
    with server:
        server.settimeout(10)
        words = server.recv(100)
    print(f"world: on a connection from before: {words!r}")
    assert words == b"still here"


def main():
    with (
        socket.create_server((HERE, 0)) as home_server,
        socket.create_server((HERE, 0)) as world_server,
    ):
        home = home_server.getsockname()[1]
        world = world_server.getsockname()[1]
        old = socket.create_connection((HERE, world), 10)
        with old:
            answers = call_both(home, world)
            assert answers == ("answers", "answers")
            promise_to_call_only(home)
            print("program: from now on I call home only")
            answers = call_both(home, world)
            assert answers == ("answers", "EACCES")
            speak_on(old, world_server)
        answer = call_from_another_program(world)
        print(f"another program, started by me: the world {answer}")
        assert answer == "EACCES"
        promise_to_call_only(world)
        answer = call(world)
        print(f"program: I allow myself the world again: {answer}")
        assert answer == "EACCES"


if __name__ == "__main__":
    main()
