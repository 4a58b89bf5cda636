"""Two hosts of one program, each a function: here in two namespaces, or on two machines."""

import concurrent.futures
import sys
from collections.abc import Callable

from examples.support.cables import link
from examples.support.hosts import Host


def play(*roles: Callable[[], None]) -> None:
    """Run two functions, each as the host of its name, at the two ends of a cable: eth0 in both.

    Started with a name, `python3 -m examples.packet.without_ip bob`, this machine is that host, and
    no other: its own eth0 is the end of the cable. So two machines play it, in a page or on a desk.
    """
    if names := sys.argv[1:]:
        by_name = {role.__name__: role for role in roles}
        by_name[names[0]]()
        return
    one, other = hosts = [Host(role.__name__) for role in roles]
    link(one, "eth0", None, other, "eth0", None)
    with concurrent.futures.ThreadPoolExecutor() as threads:
        parts = [
            threads.submit(_at, host, role)
            for host, role in zip(hosts, roles, strict=True)
        ]
        for part in parts:
            part.result()


def _at(host: Host, role: Callable[[], None]) -> None:
    with host:
        role()
