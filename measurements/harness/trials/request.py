"""A request: a byte, a descriptor that comes along, a new connection, one that is handed over."""

import os
import socket

from measurements.harness.cells import Cell
from measurements.harness.ends import open_ends
from measurements.harness.trials.taking import Figures, pair


def request(cell: Cell, seconds: float) -> Figures:
    return REQUESTS[cell.way](cell, seconds)


def _byte(cell: Cell, seconds: float) -> Figures:
    with open_ends("socketpair") as (one, two):
        ask = ("ask", one.read, one.write, 1, 1)
        return pair(cell, seconds, ask, [("answer", two.read, two.write, 1, 1)])


def _descriptor(cell: Cell, seconds: float) -> Figures:
    with open_ends("socketpair") as (one, two), open(os.devnull) as gift:
        ask = ("ask_descriptor", one.read, gift.fileno())
        return pair(cell, seconds, ask, [("answer_descriptor", two.read)])


def _listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _connection(cell: Cell, seconds: float) -> Figures:
    with _listener() as door:
        ask = ("ask_connection", door.getsockname()[1])
        return pair(cell, seconds, ask, [("answer_connection", door.fileno())])


def _handed_over(cell: Cell, seconds: float) -> Figures:
    with _listener() as door, open_ends("socketpair") as (one, two):
        ask = ("ask_connection", door.getsockname()[1])
        answers = [("hand_over", door.fileno(), one.write), ("take_over", two.read)]
        return pair(cell, seconds, ask, answers)


REQUESTS = {
    "a byte": _byte,
    "a byte and a descriptor": _descriptor,
    "a new connection": _connection,
    "a connection handed over": _handed_over,
}
