"""What the warm builder puts off until nobody waits for a build."""

import os
import sys

from deck.stage import warm


def test_what_can_wait_is_done_in_a_lull_and_before_the_next_order(monkeypatch):
    asked, ask = os.pipe()
    with os.fdopen(asked) as stdin, os.fdopen(ask, "wb", buffering=0) as orders:
        monkeypatch.setattr(sys, "stdin", stdin)
        done = []

        def keep():
            done.append("keep")
            orders.write(b"two\n")

        orders.write(b"one\n")
        lines = warm.orders({0.0: lambda: done.append("collect"), 0.01: keep})
        assert (next(lines), done) == ("one\n", [])
        assert (next(lines), done) == ("two\n", ["collect", "keep"])


def test_an_order_that_waits_comes_first(monkeypatch):
    asked, ask = os.pipe()
    with os.fdopen(asked) as stdin, os.fdopen(ask, "wb", buffering=0) as orders:
        monkeypatch.setattr(sys, "stdin", stdin)
        done = []
        orders.write(b"one\n")
        lines = warm.orders({60.0: lambda: done.append("too soon")})
        assert next(lines) == "one\n"
        orders.write(b"two\n")
        assert (next(lines), done) == ("two\n", [])
