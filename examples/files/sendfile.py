"""One open file serves every client from its own place.

sendfile() takes an offset and a count and leaves the file's own offset alone, so that clients who
are at different places share one descriptor. The bytes go from the file to the socket without
passing through the program. From a socket back into a file it is refused.

:needs: none
:man: sendfile(2)
:since: 2.6
"""

import errno
import os
import socket
import tempfile

SONG = b"row, row, row your boat"
WISHES = {"ann": (0, 8), "ben": (10, 13), "cleo": (0, 23)}


def send_part(server, file, offset, count):
    sent = os.sendfile(
        server.fileno(), file.fileno(), offset, count
    )
    assert sent == count


def serve(file, offset, count):
    server, client = socket.socketpair()
    with server, client:
        send_part(server, file, offset, count)
        return client.recv(100)


def turn_around(file):
    server, client = socket.socketpair()
    with server, client:
        client.send(b"to be stored")
        try:
            os.sendfile(file.fileno(), server.fileno(), None, 12)
        except OSError as error:
            return errno.errorcode[error.errno]


def main():
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(SONG)
        file.seek(4)
        for name, (offset, count) in WISHES.items():
            part = serve(file, offset, count)
            print(
                f"{name}: from {offset}, {count} bytes: {part.decode()}"
            )
            assert part == SONG[offset : offset + count]
        place = file.tell()
        print(f"file: it stood at 4 and stands at {place}")
        assert place == 4
        error = turn_around(file)
        print(f"kernel: from a socket into the file: {error}")
        assert error == "EINVAL"


if __name__ == "__main__":
    main()
