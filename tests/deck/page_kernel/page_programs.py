"""Small programs for the Linux in the page, and what they are recorded to print."""

PROGRAMS = {
    "post.letter": '''
        """A letter arrives."""
        def main():
            print("sender: one letter")
            print("reader: it is here")


        main()
        ''',
    "post.pipe": """
        import os


        def main():
            reader, writer = os.pipe()
            os.write(writer, b"one")
            print("sender:", os.read(reader, 10))


        main()
        """,
    "post.child": """
        import os


        def main():
            if os.fork() == 0:
                os._exit(7)
            code = os.waitstatus_to_exitcode(os.wait()[1])
            print("sender: it ended with", code)


        main()
        """,
    "post.stream": """
        import socket


        def main():
            with socket.create_server(("127.0.0.1", 0)) as server:
                client = socket.create_connection(server.getsockname())
                accepted, _ = server.accept()
                client.sendall(b"two")
                print("sender:", accepted.recv(10))


        main()
        """,
    "post.cable": """
        import socket
        import sys

        CALL, ANSWER = 0x88B5, 0x88B6


        def ear(kind, patience):
            made = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
            made.bind(("eth0", kind))
            made.settimeout(patience)
            return made


        def alice():
            print("alice: who is there?")
            cable = ear(ANSWER, 0.1)
            for _ in range(100):
                cable.sendto(b"?", ("eth0", CALL, 0, 0, bytes([255] * 6)))
                try:
                    answer, _ = cable.recvfrom(100)
                except TimeoutError:
                    continue
                print("alice:", answer.rstrip(bytes(1)).decode())
                return
            raise TimeoutError("nobody answers")


        def bob():
            cable = ear(CALL, 10)
            _, caller = cable.recvfrom(100)
            print("bob: somebody calls")
            cable.sendto(b"bob", ("eth0", ANSWER, 0, 0, caller[4]))


        def main():
            {"alice": alice, "bob": bob}[sys.argv[1]]()


        main()
        """,
    "post.endless": """
        def main():
            print("sender: I do not end", flush=True)
            while True:
                pass


        main()
        """,
    "post.flood": """
        def main():
            while True:
                print("x" * 1000)


        main()
        """,
    "post.forks": """
        import os


        def main():
            print("sender: we are many", flush=True)
            while True:
                try:
                    os.fork()
                except BlockingIOError:
                    pass


        main()
        """,
}
SAID = {
    "post.letter": ["sender: one letter", "reader: it is here"],
    "post.pipe": ["sender: b'one'"],
    "post.child": ["sender: it ended with 7"],
    "post.stream": ["sender: b'two'"],
    "post.cable": ["alice: who is there?", "bob: somebody calls", "alice: bob"],
}
ON_A_CABLE = {"post.cable": {"hosts": "alice, bob", "needs": "own net"}}
