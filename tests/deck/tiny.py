"""A tiny deck with tricks of its own, for the tests of the directives and of the page."""

from pathlib import Path

from tricks import write_program, write_recording

from deck.programs import catalogue
from deck.programs import proof as proofs

PROGRAM = """
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
"""
TALK = 'SPEAKERS = {"kernel": ("kernel",), "wire": ("wire", "router")}\n'
LINES = ["sender: one", "kernel: <b>two</b> & three", "reader: the last word"]


def program(root: Path, id: str = "post.letter", *, needs: str = "none", recorded: bool = True):
    """Write one example below root, with its recording."""
    path = write_program(root, id, PROGRAM, needs=needs)
    path.parents[1].joinpath("talk.py").write_text(TALK)
    if recorded:
        record(path, [(0.01, LINES[0]), (0.05, LINES[1]), (0.3, LINES[2])])
    return path


record = write_recording


def proof(path: Path, results: dict[str, str]) -> dict[str, dict[str, str]]:
    """The row of a program in proven.json: what came of it on each kernel, today."""
    now = proofs.digest(catalogue.read(path))
    return {
        kernel: {"program": now, "date": "2026-01-01", "result": result}
        for kernel, result in results.items()
    }


FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 640">
  <title>A pipe</title><desc>A tube between two programs.</desc>
  <defs><path id="tube" d="M0 0h9"/><clipPath id="edge"><use href="#tube"/></clipPath></defs>
  <g clip-path="url(#edge)"><use href="#tube"/></g>
  <text class="label fragment" x="100" y="100">a step</text>
</svg>
"""
