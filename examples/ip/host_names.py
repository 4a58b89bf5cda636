"""DNS spreads the clients, and then it is out of the way.

One name has three addresses; the server lists them in a new order each time, and clients take the
first: six clients, two per address. It is a choice before the first packet, no router: an address
that a client was told may be dead by now. Then the next one on its list helps.

:needs: none
:man: getaddrinfo(3)
:see: RFC 1035 sections 4.1 and 4.2.1, RFC 1794
:since: 2.6
"""

import contextlib
import socket
import struct
from itertools import cycle

NAME = b"\3www\7example\0"
HOSTS = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
TTL = 60  # so many seconds a client may keep an answer
A, IN, POINTER_TO_NAME = 1, 1, 0xC00C
QUESTION = NAME + struct.pack("!HH", A, IN)
HEADER, RECORD = struct.Struct("!6H"), struct.Struct("!HHHIH4s")


def rotated():
    return cycle(HOSTS[n:] + HOSTS[:n] for n in range(len(HOSTS)))


def answer(server, addresses):
    query, client = server.recvfrom(512)
    (number, *_), flags = HEADER.unpack_from(query), 0x8180
    reply = HEADER.pack(number, flags, 1, len(addresses), 0, 0)
    reply += query[HEADER.size :]
    for address in addresses:
        host = socket.inet_aton(address)
        reply += RECORD.pack(POINTER_TO_NAME, A, IN, TTL, 4, host)
    server.sendto(reply, client)


def look_up(server, order):
    with udp_socket() as client:
        query = HEADER.pack(1, 0x0100, 1, 0, 0, 0) + QUESTION
        client.sendto(query, server.getsockname())
        answer(server, next(order))
        reply = client.recv(512)
    records = reply[HEADER.size + len(QUESTION) :]
    return [
        socket.inet_ntoa(host)
        for *_, host in RECORD.iter_unpack(records)
    ]


def udp_socket():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.settimeout(5)
    udp.bind(("127.0.0.1", 0))
    return udp


def connect(addresses, port):
    """Take the first that works, as programs do."""
    for address in addresses:
        with contextlib.suppress(ConnectionRefusedError):
            return socket.create_connection((address, port), 5)


def listeners():
    """Serve at all three addresses, on one port."""
    first = socket.create_server((HOSTS[0], 0))
    _, port = first.getsockname()
    others = HOSTS[1:]
    rest = [socket.create_server((host, port)) for host in others]
    return dict(zip(HOSTS, [first, *rest], strict=True)), port


def main():
    servers, port = listeners()
    order = rotated()
    clients = []
    with udp_socket() as dns:
        for number in range(1, 7):
            addresses = look_up(dns, order)
            clients.append(connect(addresses, port))
            chosen, _ = clients[-1].getpeername()
            seen = " ".join(addresses)
            print(f"client {number}: told {seen}")
            assert chosen == addresses[0]
    met = [client.getpeername()[0] for client in clients]
    shares = [met.count(host) for host in HOSTS]
    a, b, c = shares
    print(f"servers: each takes the first; we get {a}, {b}, {c}")
    assert shares == [2, 2, 2]

    dead, alive, _ = addresses
    servers[dead].close()
    print(f"dns: if {dead} dies, I do not hear of it")
    with connect(addresses, port) as again:
        chosen, _ = again.getpeername()
    print(f"client 6: refused there, I take the next, {chosen}")
    assert chosen == alive


if __name__ == "__main__":
    main()
