"""A name with no file: nothing to unlink, and no mode to forbid.

An abstract name is a zero byte and then exactly the bytes given. No file appears; the name goes
with its socket; its mode means nothing, so that others in the same network namespace may call. In
another network namespace the same name is free, and nobody answers there.

:needs: own net
:man: unix(7), network_namespaces(7)
:since: 3.17
"""

import errno
import os
import socket

from examples.support.hosts import Host

NAME = "\0printer"


def listen(name):
    server = socket.socket(socket.AF_UNIX)
    server.bind(name)
    server.listen()
    return server


def call(name):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(name)
            return "connected"
        except OSError as error:
            return errno.errorcode[error.errno]


def seen_as():
    with open("/proc/net/unix") as table:
        names = [line.split()[-1] for line in table]
    [name] = [name for name in names if "printer" in name]
    return name


def main():
    with listen(NAME) as server:
        print(f"kernel: bound; the table shows {seen_as()}")
        padded = call(NAME + "\0")
        print(f"client: with one more zero byte: {padded}")
        assert padded == "ECONNREFUSED"

        os.fchmod(server.fileno(), 0)
        forbidden = call(NAME)
        print(f"client: mode 0, forbidden to all: {forbidden}")
        assert forbidden == "connected"

        with Host("elsewhere"):
            same = call(NAME)
            print(f"elsewhere: the same name: {same}")
            assert same == "ECONNREFUSED"
            listen(NAME).close()
            print("elsewhere: and free to bind")
    closed = call(NAME)
    print(f"client: the server is closed: {closed}")
    assert closed == "ECONNREFUSED"
    listen(NAME).close()
    print("server: bound again, with nothing to unlink")


if __name__ == "__main__":
    main()
