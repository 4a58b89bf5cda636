"""Call a server that is not up yet; but subscribe in time.

ZeroMQ takes a message for a server that does not exist, and delivers it when the server appears.
A publisher is not so patient: what it says before a subscriber is known to it is lost, and nobody
is told. Knowing the moment (an XPUB sees each subscription) cures that.

:needs: package zmq
:man: zmq_connect(3), zmq_socket(3)
:since: 2.6
"""

import os
import tempfile

import zmq


def main():
    print(zmq.zmq_version())


if __name__ == "__main__":
    main()
