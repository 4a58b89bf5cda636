"""The kernel speaks TLS, and sendfile() sends cipher text.

Two ends agree on keys (here by hand; else OpenSSL's handshake does it) and give them to the kernel.
From then on a plain sendfile() writes TLS 1.3 records, a plain recv() reads them. So a file goes
out encrypted although no program has read it; a wire tap sees records, and not one word.

:needs: own net, module tls
:man: tcp(7), sendfile(2), packet(7)
:see: Documentation/networking/tls.rst, RFC 8446 section 5
:since: 5.1
"""

import os
import socket
import struct
import tempfile

from examples.support.hosts import require_private_network
from examples.support.linux import (
    SOL_TLS,
    TCP_ULP,
    TLS_1_3_VERSION,
    TLS_CIPHER_AES_GCM_128,
    TLS_RX,
    TLS_TX,
)
from examples.support.scene import connected
from examples.support.wire import ear, texts

SECRET = b"attack at dawn"
APPLICATION_DATA, LEGACY_VERSION = 23, 0x0303
HEADER, KIND, TAG = 5, 1, 16  # bytes that a record adds to a text


def agree_on_keys():
    """struct tls12_crypto_info_aes_gcm_128: what a handshake would have found out."""
    vector, key, salt = map(os.urandom, (8, 16, 4))
    first_record = bytes(8)
    kind = TLS_1_3_VERSION, TLS_CIPHER_AES_GCM_128
    head = struct.pack("=2H", *kind)
    return head + vector + key + salt + first_record


def teach_tls(sock, direction, keys):
    """An upper-layer protocol, on top of TCP, inside the socket."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b"tls")
    sock.setsockopt(SOL_TLS, direction, keys)


def send_file(sender):
    with tempfile.TemporaryFile() as file:
        file.write(SECRET)
        file.flush()
        return os.sendfile(
            sender.fileno(), file.fileno(), 0, len(SECRET)
        )


def transfer(sender, receiver, wire):
    sent = send_file(sender)
    assert sent == len(SECRET)
    text = receiver.recv(100)
    return text, b"".join(texts(wire))


def look_at(record):
    kind, version, length = struct.unpack_from("!B2H", record)
    assert (kind, version) == (APPLICATION_DATA, LEGACY_VERSION)
    assert length == len(SECRET) + KIND + TAG
    return len(record)


def main():
    require_private_network()
    keys = agree_on_keys()
    with connected() as (sender, receiver), ear("lo") as wire:
        text, seen = transfer(sender, receiver, wire)
        print(f"receiver: I get {text!r}")
        print(f"wire: I see {seen!r}")
        assert text == seen == SECRET

        teach_tls(sender, TLS_TX, keys)
        teach_tls(receiver, TLS_RX, keys)
        print("kernel: has the keys, and speaks TLS 1.3")
        text, seen = transfer(sender, receiver, wire)
        print(f"receiver: I get {text!r}")
        added = look_at(seen) - len(SECRET)
        print(f"wire: I see a TLS record, {added} bytes longer")
        hidden = SECRET not in seen
        print(f"wire: not a word of it: {hidden}")
        assert text == SECRET and hidden
        assert added == HEADER + KIND + TAG


if __name__ == "__main__":
    main()
