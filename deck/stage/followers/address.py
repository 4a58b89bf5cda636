"""Where followers come in: `--followers [ADDRESS][:PORT]`."""

import errno
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from deck.stage.lock import StageError

PORT = 8080
# Nobody has these (RFC 5737, 3849). A datagram socket asks for the way to them, and sends nothing.
FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
# Who has left without a word is forgotten after so many milliseconds.
UNANSWERED = 30_000
# So many bytes wait in the kernel for one reader; by itself it would let it be megabytes.
KERNEL_HOLDS = 1 << 17


@dataclass(frozen=True)
class Entrance:
    """A socket that listens, the `address` for people, and the `hosts` by which it may be asked."""

    listener: socket.socket
    address: str
    hosts: frozenset[str]


def open_at(wanted: str) -> Entrance:
    """Listen where *wanted* says: by default at this machine's own address on its network.

    Raises StageError.
    """
    host, port = _parsed(wanted)
    host = host or _own()
    listener = _listen(host, PORT if port is None else port, fixed=port is not None)
    number, port = listener.getsockname()[:2]
    names = {f"{_bracketed(name)}:{port}".lower() for name in (host, number)}
    return Entrance(listener, f"http://{_bracketed(host)}:{port}", frozenset(names))


def _parsed(wanted: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{wanted}")
        if parts.netloc == wanted and "@" not in wanted:
            host, port = parts.hostname or "", parts.port
            if not (host and _is_any(host)):
                return host, port
    except ValueError:
        pass
    raise StageError(
        f"--followers {wanted}: write ADDRESS, :PORT or ADDRESS:PORT, with the one address of this"
        " machine that the hall's network knows."
    )


def _is_any(host: str) -> bool:
    """Whether it stands for all addresses: on those, networks would listen that nobody meant."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _own() -> str:
    """The address of this machine by which others on its network know it."""
    for family, far in FAR:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            try:
                asking.connect((far, 9))
            except OSError:
                continue
            return str(asking.getsockname()[0])
    raise StageError(
        "This machine is on no network, so nobody can follow. Join one, or name an address:"
        " --followers ADDRESS (make present FOLLOWERS=ADDRESS)"
    )


def _listen(host: str, port: int, fixed: bool) -> socket.socket:
    try:
        return _bound(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and not fixed:
            return _bound(host, 0)
        raise StageError(
            f"Followers can't come in at {host}, port {port}: {error.strerror}."
            " Choose another: --followers ADDRESS:PORT (FOLLOWERS= for make)"
        ) from error


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, at = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_HOLDS)
        listener.bind(at)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
