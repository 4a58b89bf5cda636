"""Landlock's rules for the network: landlock(7), Linux 6.7.

Each call raises OSError with the kernel's errno.
"""

import struct

from examples.support.libc import checked, libc

# include/uapi/asm-generic/unistd.h
SYS_LANDLOCK_CREATE_RULESET = 444
SYS_LANDLOCK_ADD_RULE = 445
SYS_LANDLOCK_RESTRICT_SELF = 446

# include/uapi/linux/landlock.h
LANDLOCK_RULE_NET_PORT = 2
LANDLOCK_ACCESS_NET_CONNECT_TCP = 1 << 1

# include/uapi/linux/prctl.h
PR_SET_NO_NEW_PRIVS = 38


def landlock_create_ruleset(filesystem: int, network: int) -> int:
    """A set of rules for these kinds of access, which it forbids: landlock_create_ruleset(2)."""
    kinds = struct.pack("=QQ", filesystem, network)
    call = SYS_LANDLOCK_CREATE_RULESET
    return checked(
        libc.syscall(call, kinds, len(kinds), 0), "landlock"
    )


def landlock_allow_port(rules: int, access: int, port: int) -> None:
    """An exception to a set of rules: landlock_add_rule(2)."""
    rule = struct.pack("=QQ", access, port)
    call, kind = SYS_LANDLOCK_ADD_RULE, LANDLOCK_RULE_NET_PORT
    checked(libc.syscall(call, rules, kind, rule, 0), "landlock")


def landlock_restrict_self(rules: int) -> None:
    """Live by these rules from now on, and all children too: landlock_restrict_self(2).

    First this thread gives up the privileges that a set-user-ID program would bring.
    """
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    call = SYS_LANDLOCK_RESTRICT_SELF
    checked(libc.syscall(call, rules, 0), "landlock")
