"""A tiny deck with tricks of its own, for the tests of the directives and of the page."""

import json
from pathlib import Path

PROGRAM = '''\
"""A letter arrives before it is sent.

What is shown does not matter here.

:needs: {needs}
:man: unix(7)
:since: 2.6
"""


def send(channel, text):
    channel.send(text)
    return channel


class Reader:
    def read(self, channel):
        # [reading]
        text = channel.recv(100)
        print("reader:", text)
        # [end reading]
        return text


def wide(channel):
    print("forty-five columns and more make this one too wide")


def steps():
    print("step 00")
    print("step 01")
    print("step 02")
    print("step 03")
    print("step 04")
    print("step 05")
    print("step 06")
    print("step 07")
    print("step 08")
    print("step 09")
    print("step 10")


def main():
    print("sender: one")
'''
TALK = 'SPEAKERS = {"kernel": ("kernel",), "wire": ("wire", "router")}\n'
LINES = ["sender: one", "kernel: <b>two</b> & three", "reader: the last word"]


def program(root: Path, id: str = "post.letter", *, needs: str = "none", recorded: bool = True):
    """Write one example below root, with its recording."""
    path = root / "examples" / f"{id.replace('.', '/')}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PROGRAM.format(needs=needs))
    path.parents[1].joinpath("talk.py").write_text(TALK)
    if recorded:
        record(path, [(0.01, LINES[0]), (0.05, LINES[1]), (0.3, LINES[2])])
    return path


def record(path: Path, events: list[tuple[float, str]]) -> None:
    path.with_suffix(".out").write_text("".join(f"{text}\n" for _, text in events))
    header = {"version": 2, "width": 80, "height": 24, "timestamp": 1_700_000_000}
    header["env"] = {"KERNEL": "6.18.44-distribution-7"}
    rows = [header, *([seconds, "o", f"{text}\r\n"] for seconds, text in events)]
    path.with_suffix(".cast").write_text("".join(json.dumps(row) + "\n" for row in rows))


FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 640">
  <title>A pipe</title><desc>A tube between two programs.</desc>
  <defs><path id="tube" d="M0 0h9"/><clipPath id="edge"><use href="#tube"/></clipPath></defs>
  <g clip-path="url(#edge)"><use href="#tube"/></g>
  <text class="label fragment" x="100" y="100">a step</text>
</svg>
"""
