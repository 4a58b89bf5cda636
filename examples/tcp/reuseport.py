"""Four listeners share a port, and one instruction chooses among them.

With SO_REUSEPORT several sockets listen at the same address. By itself the kernel spreads the
clients over them by a hash of their addresses. A program of a single instruction, which any user
may attach, sends all of them to the listener it names.

:needs: none
:man: socket(7), bpf(2)
:see: Documentation/networking/filter.rst
:since: 4.6
"""

import contextlib
import select
import socket

from examples.support.linux import (
    SO_ATTACH_REUSEPORT_CBPF,
    attach_filter,
)

BPF_RETURN = 0x06  # BPF_RET | BPF_K of linux/bpf_common.h
CLIENTS = 9


def listen(port=0):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen()
    return sock


def always_choose(listener, number):
    instruction = (BPF_RETURN, 0, 0, number)
    attach_filter(
        listener,
        instruction,
        option=SO_ATTACH_REUSEPORT_CBPF,
    )


def visits(listeners):
    """Let clients come; count who of the listeners got them."""
    address = listeners[0].getsockname()
    counts = [0] * len(listeners)
    with contextlib.ExitStack() as clients:
        for _ in range(CLIENTS):
            client = socket.create_connection(address, 5)
            clients.enter_context(client)
            [ready, *_], _, _ = select.select(listeners, [], [], 5)
            ready.accept()[0].close()
            counts[listeners.index(ready)] += 1
    return counts


def main():
    first = listen()
    port = first.getsockname()[1]
    listeners = [first, listen(port), listen(port), listen(port)]
    print("kernel: four listeners on one port, and I choose")
    counts = visits(listeners)
    print(f"server: {sum(counts)} clients, each served")
    assert sum(counts) == CLIENTS
    for number in (2, 0):
        always_choose(first, number)
        print(f"filter: return {number}")
        counts = visits(listeners)
        print(f"server: clients of each: {counts}")
        assert counts[number] == CLIENTS == sum(counts)


if __name__ == "__main__":
    main()
