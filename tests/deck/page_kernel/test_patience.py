"""What a program waits at most is longer in the page's Linux; other limits stay as they are."""

import subprocess
import sys

from deck.programs.catalogue import ROOT

# In a process of its own: what is stretched stays so.
PROGRAM = """
import os, select, socket, threading, time
from deck.page_kernel import patience

patience.stretch()

def took(act, *args):
    began = time.monotonic()
    act(*args)
    return time.monotonic() - began

reader, writer = os.pipe()
waiting = select.poll()
waiting.register(reader, select.POLLIN)
assert took(waiting.poll, 20) >= 0.08
assert took(threading.Event().wait, 0.02) >= 0.08
assert took(waiting.poll, 0) < 0.08
one, other = socket.socketpair()
for given, kept in ((2, 8), (0, 0), (None, None)):
    one.settimeout(given)
    assert one.gettimeout() == kept
os.write(writer, b"x")
assert waiting.poll() == waiting.poll(-1) == [(reader, select.POLLIN)]
"""


def test_limits_are_four_times_as_long(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
