"""The port is taken, and no process has it.

The side that closes a connection first keeps its port for a minute, in case something is still on
its way. So a server that restarts is refused, although no process holds the port. SO_REUSEADDR
helps, if the old socket had it as well; it does not let two listen at once.

:needs: none
:man: socket(7), tcp(7), proc(5)
:see: RFC 9293 section 3.6.1
:since: 2.6
"""

import errno
import socket

TIME_WAIT = "06"


def listen(port, reuse):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
    server.bind(("127.0.0.1", port))
    server.listen()
    return server


def serve_and_end(reuse):
    """Serve one client, be first to say goodbye, and end."""
    with listen(0, reuse) as server:
        address = server.getsockname()
        with socket.create_connection(address, 5) as client:
            stream, _ = server.accept()
            stream.settimeout(5)
            stream.shutdown(socket.SHUT_WR)
            ends = [client.recv(1)]
        ends.append(stream.recv(1))
        assert ends == [b"", b""]
        stream.close()
    return address[1]


def try_to_listen(port, reuse):
    try:
        listen(port, reuse).close()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "listening"


def owners(port):
    """The inodes of sockets that keep the port; 0 is nobody's."""
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table][1:]
    local = f":{port:04X}"
    return [
        (row[3], int(row[9]))
        for row in rows
        if row[1].endswith(local)
    ]


def restart(before, after):
    port = serve_and_end(reuse=before)
    left_behind = owners(port)
    assert left_behind == [(TIME_WAIT, 0)]
    return try_to_listen(port, reuse=after)


def main():
    print("server: I say goodbye first, and end")
    outcomes = []
    for before, after, case in (
        (False, False, "I start again"),
        (False, True, "I start again, with SO_REUSEADDR"),
        (True, True, "I start again, and had it before, too"),
    ):
        outcomes.append(restart(before, after))
        print(f"server: {case}: {outcomes[-1]}")
    assert outcomes == ["EADDRINUSE", "EADDRINUSE", "listening"]
    with listen(0, reuse=True) as first:
        port = first.getsockname()[1]
        second = try_to_listen(port, reuse=True)
    print(f"server: two of us at once: {second}")
    assert second == "EADDRINUSE"
    print("kernel: I kept the port; no process had it")


if __name__ == "__main__":
    main()
