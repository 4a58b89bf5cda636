"""To ping takes no root, and to a ping socket root is no help.

A ping socket asks for no privilege: the kernel lets in the groups that one setting names, in a
fresh namespace none at all. So the administrator is refused, and a process without any capability
pings, once its group is named. The kernel writes the checksum, and an identifier: the socket's
port.

:needs: own net
:man: icmp(7), capabilities(7)
:see: Documentation/networking/ip-sysctl.rst (ping_group_range); Linux 3.13, "ipv4: Allow
    unprivileged users to use per net sysctls"
:since: 3.13
"""

import os
import socket
import struct

from examples.support import linux
from examples.support.hosts import require_private_network

SETTING = "/proc/sys/net/ipv4/ping_group_range"
ECHO_REPLY, ECHO = 0, 8


def ping_socket():
    ping = socket.socket(
        socket.AF_INET,
        socket.SOCK_DGRAM,
        socket.IPPROTO_ICMP,
    )
    ping.settimeout(5)
    return ping


def refusal(make, *what):
    try:
        make(*what).close()
    except PermissionError as error:
        return error.strerror
    return "allowed"


def let_in(group):
    with open(SETTING, "w") as file:
        file.write(f"{group} {group}")


def ask(host):
    # kind, code, checksum, identifier, number
    header = struct.pack("!BBHHH", ECHO, 0, 0, 0, 1)
    with ping_socket() as ping:
        ping.sendto(header + b"anybody?", (host, 0))
        answer, (who, _) = ping.recvfrom(100)
        _, port = ping.getsockname()
    return who, port, answer


def main():
    require_private_network()
    said = refusal(ping_socket)
    print(f"administrator: may I ping? {said}")
    assert said == "Permission denied"

    let_in(os.getgid())
    linux.drop_capabilities()
    said = refusal(
        socket.socket,
        socket.AF_INET,
        socket.SOCK_RAW,
        socket.IPPROTO_ICMP,
    )
    print(f"nobody: a raw socket, as ping had? {said}")
    assert said == "Operation not permitted"

    who, port, answer = ask("127.0.0.1")
    kind, _, _, identifier, _ = struct.unpack("!BBHHH", answer[:8])
    print(f"nobody: a ping socket: {who} says {answer[8:]!r}")
    print(
        f"kernel: the identifier is the port: {identifier == port}"
    )
    assert (who, kind) == ("127.0.0.1", ECHO_REPLY)
    assert answer[8:] == b"anybody?"
    assert identifier == port != 0
    print("nobody: pinged, with no privilege at all")


if __name__ == "__main__":
    main()
