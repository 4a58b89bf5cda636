"""A container is a process that gets other answers to the same questions.

Two containers in a few lines, and without root: each is process 1, with its own host name, its own
port 80, its own loopback and its own abstract socket names. A socket stays in the network where it
was made: taken along into the other container, it still speaks for the first.

:needs: own net
:man: namespaces(7), network_namespaces(7), pid_namespaces(7), setns(2)
:since: 3.17
"""

import errno
import os
import socket

from examples.support import linux
from examples.support.cables import link
from examples.support.hosts import Host
from examples.support.scene import child

WEB, CLIENT = ("10.0.0.1", 80), ("10.0.0.2", 80)
NAME = "\0the same name"


def container(host, act, *args):
    """Leave the others' namespaces; who is forked then is process 1 of the new one."""
    linux.unshare(
        linux.CLONE_NEWUTS | linux.CLONE_NEWIPC | linux.CLONE_NEWPID
    )
    socket.sethostname(host.name)
    with host, child(act, *args):
        pass


def introduce():
    name, pid = socket.gethostname(), os.getpid()
    devices = [device for _, device in socket.if_nameindex()]
    print(f"{name}: I am process {pid}, with {devices}")
    assert pid == 1 and devices == ["lo", "eth0"]


def web(ready):
    introduce()
    local = socket.socket(socket.AF_UNIX)
    local.bind(NAME)
    local.listen()
    with socket.create_server(("0.0.0.0", 80)) as server:
        server.settimeout(5)
        ready.send(b"!")
        client, _ = server.accept()
    client.settimeout(5)
    client.sendall(b"hello from " + socket.gethostname().encode())
    rest = client.recv(1)
    assert rest == b""  # it has tried everything


def refusal(family, address):
    with socket.socket(family) as made:
        return errno.errorcode[made.connect_ex(address)]


def client():
    introduce()
    with socket.create_connection(WEB, 5) as server:
        text = server.recv(100)
        print(f"client: port 80 of {WEB[0]}: {text!r}")
        assert text == b"hello from web"
        own = refusal(socket.AF_INET, ("127.0.0.1", 80))
        print(f"client: port 80 of my own 127.0.0.1: {own}")
        name = refusal(socket.AF_UNIX, NAME)
        print(f"client: the abstract name web has: {name}")
        assert own == name == "ECONNREFUSED"


def take_along(home, other):
    """Make a socket in one host, and use it in another."""
    with home:
        old = socket.socket()
    with other:
        server = socket.create_server(CLIENT)
        old.settimeout(5)
        old.connect(CLIENT)
        _, (caller, _) = server.accept()
    return caller


def main():
    hosts = Host("web"), Host("client")
    link(
        hosts[0],
        "eth0",
        "10.0.0.1/24",
        hosts[1],
        "eth0",
        "10.0.0.2/24",
    )
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with child(container, hosts[0], web, theirs):
        told = ours.recv(1)
        assert told == b"!"
        with child(container, hosts[1], client):
            pass

    caller = take_along(*hosts)
    print("socket: made in web, used in client:")
    print(f"socket: my address is {caller}, web's")
    assert caller == WEB[0]
    print("kernel: I know namespaces, and no containers")


if __name__ == "__main__":
    main()
