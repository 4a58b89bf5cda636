"""One socket listens on a thousand ports, at every address.

A server listens on a single port. For each new connection, before the kernel looks by itself, a BPF
program is asked which socket it is for, and names that server for a thousand ports. accept() tells
which port it was, and which address; the port next door is closed as ever.

:needs: root, bpf
:man: bpf(2), bpf-helpers(7), ip(7)
:see: Documentation/bpf/prog_sk_lookup.rst; Linux 5.13, "bpf: Clean up sockmap related Kconfigs"
:since: 5.13
"""

import errno
import os
import socket
import struct

from examples.support.assembler import (
    R0,
    R1,
    R6,
    R7,
    Map,
    On_stack,
    add,
    answer,
    call,
    copy,
    if_at_most,
    if_not,
    load,
    store_number,
)
from examples.support.bpf import (
    BPF_MAP_TYPE_SOCKMAP,
    BPF_PROG_TYPE_SK_LOOKUP,
    BPF_SK_LOOKUP,
    SK_PASS,
    BPF_FUNC_map_lookup_elem,
    BPF_FUNC_sk_assign,
    BPF_FUNC_sk_release,
    attach,
    load_program,
    put,
    socket_map,
)
from examples.support.hosts import require_private_network
from examples.support.scene import DEADLINE

PORTS = range(7000, 8000)
LOCAL_PORT = 60  # in struct bpf_sk_lookup
PLACE = struct.Struct("=I")  # in a map that is a row of sockets


def whose_is_it(sockets):
    """Runs for each new connection: is it for a port of ours?"""
    return (
        copy(R6, R1),  # what is known of it
        load(R7, R6, LOCAL_PORT),
        add(R7, -PORTS.start),
        if_at_most(R7, len(PORTS) - 1, *take_first(sockets)),
        *answer(SK_PASS),  # nobody's yet: look as ever
    )


def take_first(sockets):
    """It is for the socket in the first place."""
    first = Map(sockets), On_stack(-4)
    found = (
        copy(R7, R0),
        call(BPF_FUNC_sk_assign, R6, R7, 0),
        call(BPF_FUNC_sk_release, R7),  # borrowed, so given back
    )
    return (
        store_number(-4, 0),
        call(BPF_FUNC_map_lookup_elem, *first),
        if_not(R0, 0, *found),
    )


def listen_everywhere(listener):
    """For this network stack, and until what is returned is closed."""
    sockets = socket_map(BPF_MAP_TYPE_SOCKMAP, PLACE.size, 1)
    put(sockets, PLACE.pack(0), listener)
    program = whose_is_it(sockets)
    program = load_program(BPF_PROG_TYPE_SK_LOOKUP, *program)
    stack = os.open("/proc/self/ns/net", os.O_RDONLY)
    return attach(program, stack, BPF_SK_LOOKUP)


def visit(listener, address):
    """Connect; which address does the server find that it has?"""
    with socket.create_connection(address, DEADLINE):
        stream, _ = listener.accept()
        with stream:
            return stream.getsockname()


def is_closed(port):
    with socket.socket() as client:
        refused = client.connect_ex(("127.0.0.1", port))
    return refused == errno.ECONNREFUSED


def main():
    require_private_network()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE)
        before = is_closed(PORTS[0])
        print(f"client: before, port 7000 is closed: {before}")
        program = listen_everywhere(listener)
        visits = [visit(listener, ("127.0.0.1", p)) for p in PORTS]
        met = [port for _, port in visits]
        print(f"server: one socket, and {len(set(met))} ports")
        assert before and met == list(PORTS)
        elsewhere = visit(listener, ("127.7.8.9", 7777))
        print(f"server: also at {elsewhere[0]}:{elsewhere[1]}")
        assert elsewhere == ("127.7.8.9", 7777)
        beyond = is_closed(PORTS.stop)
        print(f"client: port {PORTS.stop} is closed: {beyond}")
        os.close(program)
        after = is_closed(PORTS[0])
        print(f"client: without the program, 7000 is too: {after}")
        assert beyond and after


if __name__ == "__main__":
    main()
