"""Landlock's rules for the network: landlock(7), Linux 6.7.

Each call raises OSError with the kernel's errno.
"""

import struct

from examples.support.libc import checked, libc
from examples.support.machines import system_call

# include/uapi/linux/landlock.h
LANDLOCK_RULE_NET_PORT = 2
LANDLOCK_ACCESS_NET_CONNECT_TCP = 1 << 1

# include/uapi/linux/prctl.h
PR_SET_NO_NEW_PRIVS = 38


def landlock_create_ruleset(filesystem: int, network: int) -> int:
    """A set of rules for these kinds of access, which it forbids: landlock_create_ruleset(2)."""
    kinds = struct.pack("=QQ", filesystem, network)
    return system_call(
        "landlock_create_ruleset", kinds, len(kinds), 0
    )


def landlock_allow_port(rules: int, access: int, port: int) -> None:
    """An exception to a set of rules: landlock_add_rule(2)."""
    rule = struct.pack("=QQ", access, port)
    kind = LANDLOCK_RULE_NET_PORT
    system_call("landlock_add_rule", rules, kind, rule, 0)


def landlock_restrict_self(rules: int) -> None:
    """Live by these rules from now on, and all children too: landlock_restrict_self(2).

    First this thread gives up the privileges that a set-user-ID program would bring.
    """
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    system_call("landlock_restrict_self", rules, 0)
