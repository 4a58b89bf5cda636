"""You call a service, not the machine that offers it.

Two nodes at the ends of a cable become a TIPC cluster by themselves, with no IP address anywhere. A
program on each binds the same service, which is two numbers. The client names the service and no
node: both answer, in turn. One server is killed; the kernel tells who asked to be told, and the
client's next message, to the same address, goes to the other.

:needs: own net, module tipc, program tipc
:man: tipc(8), tipc-bearer(8)
:see: Documentation/networking/tipc.rst, include/uapi/linux/tipc.h
:since: 4.17
"""

import contextlib
import os
import signal
import socket
import struct
import subprocess

from examples.support.cables import link
from examples.support.hosts import Host
from examples.support.scene import DEADLINE, child

TYPE, INSTANCE = 18888, 17
SERVICE = socket.TIPC_ADDR_NAME, TYPE, INSTANCE, 0


def build():
    north, south = Host("north"), Host("south")
    link(north, "eth0", None, south, "eth0", None)
    for host in north, south:
        bearer = "tipc bearer enable media eth device eth0"
        with host:
            subprocess.run(bearer.split(), check=True)
    return north, south


def tipc(kind):
    made = socket.socket(socket.AF_TIPC, kind)
    made.settimeout(DEADLINE)
    return made


def serve(name):
    kind = socket.TIPC_ADDR_NAMESEQ
    with tipc(socket.SOCK_RDM) as server:
        server.bind((kind, TYPE, INSTANCE, INSTANCE))
        while True:
            _, client = server.recvfrom(100)
            server.sendto(name.encode(), client)


def ask(client):
    client.sendto(b"who is there?", SERVICE)
    return client.recv(100).decode()


def subscribe():
    """Have the kernel tell who comes and goes."""
    top = socket.TIPC_TOP_SRV
    news = tipc(socket.SOCK_SEQPACKET)
    news.connect((socket.TIPC_ADDR_NAME, top, top, 0))
    words = TYPE, INSTANCE, INSTANCE
    forever = socket.TIPC_WAIT_FOREVER
    each = socket.TIPC_SUB_PORTS
    news.send(struct.pack("=3IiI8s", *words, forever, each, b""))
    return news


def told(news):
    """What happened to the service, and on which node?"""
    what, _, _, _, node = struct.unpack_from("=5I", news.recv(100))
    return what, node


@contextlib.contextmanager
def server(host):
    """Another process, on that node; SIGKILL ends it."""
    with (
        contextlib.suppress(ChildProcessError),
        host,
        child(serve, host.name) as pid,
    ):
        yield
        os.kill(pid, signal.SIGKILL)


def main():
    north, south = build()
    with north:
        news, client = subscribe(), tipc(socket.SOCK_RDM)

    with server(north):
        with server(south):
            came, nodes = zip(told(news), told(news), strict=True)
            assert came == (socket.TIPC_PUBLISHED,) * 2
            n = len(set(nodes))
            print(f"kernel: the service came, {n} nodes have it")
            assert n == 2

            answers = [ask(client) for _ in range(4)]
            print("client: 4 questions to a service, not to a node")
            assert answers[:2] == answers[2:]
            for name in sorted(answers[:2]):
                print(f"{name}: I answered {answers.count(name)}")
            assert set(answers) == {"north", "south"}

        print("south: killed")
        gone, where = told(news)
        assert gone == socket.TIPC_WITHDRAWN and where in nodes
        print("kernel: the service went from one node")
        answer = ask(client)
        print(f"client: the same address; now it is {answer}")
        assert answer == "north"
    print("client: I have never called a node")


if __name__ == "__main__":
    main()
