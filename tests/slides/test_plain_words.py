"""What was wrong or stumbled once, in any chapter, program or drawing, does not come back."""

import ast
import re

import pytest
from chapter_files import CHAPTERS, ROOT, SLIDES

from deck.programs import catalogue


def told(path):
    """The words of a file: a chapter's text, a program's docstring, a drawing's labels."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = ast.get_docstring(ast.parse(text)) or ""
    if path.suffix == ".svg":
        text = " ".join(re.findall(r">([^<>]+)<", text))
    return " ".join(text.split())


FILES = [*CHAPTERS, *catalogue.paths(ROOT), *sorted((ROOT / "_static/figures").glob("*.svg"))]
NAMES = [str(path.relative_to(ROOT)) for path in FILES]
WRONG = {
    # a statement that is not so: what is so
    r"none loses a word|never loss|loses no word": "a reader that dies takes what it had not read",
    r"nobody can (name|find) (them|it)|can ever find it": "/proc/PID/fd and pidfd_getfd can",
    r"delayed?.{0,40}up to 40 ms": "40 ms is the least, 200 ms the most",
    r"by themselves, and the program": "MPTCP is told which addresses it may use",
    r"no address at all\n=": "POSIX queues have names",
    r"[Pp]atches (of|were proposed in) 2011": "November 2010, and February 2012",
    r"made for moving files": "Nagle's algorithm is for characters that are typed (RFC 896)",
    r"above the pipe's bar is the network": "true of UDP and TCP only",
    r"socket as the source is refused": "a socket to a pipe works",
    r"this machine's kernel|[Ff]ew machines": "no slide speaks for the machine it is shown on",
    r"af_unix\.c \(sock_alloc_send_pskb": "net/core/sock.c",
    r"recvmmsg.{0,80}both take no more": "1024 is the limit of sendmmsg",
    r"nobody may have a port": "a port from 49152 is assigned to nobody",
    r"reads a request line by line": "byte by byte",
    r"five settings of socket\(7\)|tour of socket\(7\): five": "the fifth is tcp(7)'s",
    r"Large ones no longer pass": "small ones neither",
    r"capabilities for BPF and raw packets": "CAP_NET_ADMIN is needed, too",
    r"all inetd ever did": "it gives descriptor 2 as well",
}
STUMBLES = (
    r"(?:^|[.:] )Who [a-z]+s [^?.]*\.",
    r"packs them together wins|and the goal does not|fits on a card|No parcels",
    r"[Mm]ail has come|one plus one makes one|you need, take|kinds? of line|asked by a program",
    r"this line comes back|Only our copy: .* keeps the line|the line (is closed|open)\b",
)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_says_nothing_that_was_found_wrong(path):
    text = told(path)
    assert {words: why for words, why in WRONG.items() if re.search(words, text)} == {}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_does_not_stumble(path):
    text = told(path)
    assert [found[0] for words in STUMBLES for found in re.finditer(words, text)] == []


def test_who_retypes_the_grep_of_the_slide_sees_answers_at_once():
    assert "grep --line-buffered" in told(SLIDES / "pipes.rst")
