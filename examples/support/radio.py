"""Bluetooth without a radio: two controllers that are this program, and the air between them.

A controller speaks the Host Controller Interface (Bluetooth Core Specification, volume 4, part E).
The kernel takes any program for one that opens /dev/vhci (drivers/bluetooth/hci_vhci.c): what the
kernel would send to a chip can be read there, and what a chip would answer can be written. These
two know just enough for one connection between them. The kernel gives Bluetooth to nobody but the
root of the machine's first network namespace.
"""

import contextlib
import errno
import fcntl
import os
import socket
import struct
import threading

# include/net/bluetooth/hci.h: kinds of packets, and a kind of controller
COMMAND, ACL_DATA, EVENT, VENDOR = 1, 2, 4, 0xFF
HCI_PRIMARY = 0

# the same: commands, as the kernel writes them, and events
CREATE_CONNECTION, ACCEPT_CONNECTION = 0x0405, 0x0409
READ_REMOTE_FEATURES = 0x041B
READ_BUFFER_SIZE, READ_BD_ADDR = 0x1005, 0x1009
CONNECTION_COMPLETE, CONNECTION_REQUEST = 0x03, 0x04
REMOTE_FEATURES = 0x0B
COMMAND_COMPLETE, COMMAND_STATUS = 0x0E, 0x0F
PACKETS_SENT = 0x13

# include/net/bluetooth/hci_sock.h
BTPROTO_HCI = 1
HCIDEVUP, HCISETSCAN, SCAN_PAGE = 0x400448C9, 0x400448DD, 2

OK = b"\0"
HANDLE = struct.pack("<H", 42)  # the one connection
ACL_LINK = b"\1"


class Controller:
    """A Bluetooth chip with this address: six bytes, the last one first."""

    def __init__(self, address: bytes) -> None:
        self.address = address
        self.sent = b""  # what went through the air
        self.chip = os.open("/dev/vhci", os.O_RDWR)
        os.write(self.chip, bytes([VENDOR, HCI_PRIMARY]))
        born = os.read(self.chip, 4)
        (self.number,) = struct.unpack("<2xH", born)

    def live(self, other: "Controller") -> None:
        """Do what the kernel asks for, with one other chip within reach."""
        while packet := os.read(self.chip, 4096):
            if packet[0] == COMMAND:
                (command,) = struct.unpack_from("<H", packet, 1)
                self._obey(command, other)
            elif packet[0] == ACL_DATA:
                self.sent += packet
                os.write(other.chip, packet)
                one = struct.pack("<H", 1)
                self._tell(PACKETS_SENT, b"\1" + HANDLE + one)

    def _obey(self, command: int, other: "Controller") -> None:
        if command == CREATE_CONNECTION:
            self._begin(command)
            call = self.address + bytes(3) + ACL_LINK
            other._tell(CONNECTION_REQUEST, call)
        elif command == ACCEPT_CONNECTION:
            self._begin(command)
            self._connect(other)
            other._connect(self)
        elif command == READ_REMOTE_FEATURES:
            self._begin(command)
            none = bytes(8)
            self._tell(REMOTE_FEATURES, OK + HANDLE + none)
        else:
            self._complete(command)

    def _connect(self, other: "Controller") -> None:
        not_encrypted = b"\0"
        call = OK + HANDLE + other.address + ACL_LINK
        self._tell(CONNECTION_COMPLETE, call + not_encrypted)

    def _begin(self, command: int) -> None:
        """The command will take its time."""
        self._tell(
            COMMAND_STATUS, OK + struct.pack("<BH", 1, command)
        )

    def _complete(self, command: int) -> None:
        """Zeros are true answers: an old chip, without any feature."""
        answer = {
            READ_BD_ADDR: self.address,
            # Bytes in a packet of data, and packets at a time.
            READ_BUFFER_SIZE: struct.pack("<HBHH", 1021, 0, 8, 0),
        }.get(command, b"")
        head = struct.pack("<BH", 1, command)
        self._tell(
            COMMAND_COMPLETE, head + OK + answer.ljust(248, b"\0")
        )

    def _tell(self, event: int, body: bytes) -> None:
        head = bytes([EVENT, event, len(body)])
        os.write(self.chip, head + body)


def switch_on(*addresses: bytes) -> list[Controller]:
    """Make two controllers that hear each other, and let the kernel use them."""
    ends = one, other = [*map(Controller, addresses)]
    for pair in (one, other), (other, one):
        threading.Thread(
            target=Controller.live, args=pair, daemon=True
        ).start()
    with socket.socket(31, socket.SOCK_RAW, BTPROTO_HCI) as kernel:
        for end in ends:
            # The kernel may have done so by itself.
            with _already():
                fcntl.ioctl(kernel, HCIDEVUP, end.number)
            scan = struct.pack("=HxxI", end.number, SCAN_PAGE)
            fcntl.ioctl(kernel, HCISETSCAN, scan)
    return ends


@contextlib.contextmanager
def _already():
    try:
        yield
    except OSError as error:
        if error.errno != errno.EALREADY:
            raise
