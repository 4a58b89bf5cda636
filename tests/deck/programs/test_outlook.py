"""What would make more programs run: a sentence for each remedy."""

from pathlib import Path

from tricks import write_program, write_recording

from deck.programs import catalogue
from deck.programs.needs import Verdict
from deck.programs.outlook import LAB, LIVE, REPLAY, Outlook, counted, expect, places, remedies


def test_there_is_a_line_for_each_remedy():
    outlooks = [
        Outlook("a.a", LIVE, world="In a world"),
        Outlook("a.b", LAB, world="In the lab"),
        Outlook("a.c", REPLAY, "needs the program mariadbd", "sudo apt-get install mariadb-server"),
        Outlook("a.d", REPLAY, "needs the program mysql", "sudo apt-get install mariadb-server"),
        Outlook("a.e", REPLAY, "needs Linux 9.0 or newer; this is 6.1"),
    ]
    assert counted(outlooks) == "1 run live, 1 run in the lab kernel, 3 will replay"
    assert places(outlooks) == ["1 run in a world.", "1 run in the lab."]
    assert remedies(outlooks) == [
        "2 will replay: sudo apt-get install mariadb-server (a.c, a.d).",
        "1 will replay: needs Linux 9.0 or newer; this is 6.1 (a.e).",
    ]


def test_many_are_counted():
    outlooks = [Outlook(f"a.{name}", REPLAY, "needs real root") for name in "bcdefg"]
    assert remedies(outlooks) == ["6 will replay: needs real root (a.b, a.c, a.d, a.e and 2 more)."]


def test_what_cannot_run_replays_where_there_is_a_recording(tmp_path: Path):
    path = write_program(tmp_path, "demo.one", "print(1)")
    trick = catalogue.read(path)
    verdict = Verdict(False, "needs the program p", package="p-utils")
    assert expect(trick, verdict).how == "silent"
    write_recording(path, [(0.0, "1")])
    assert expect(trick, verdict) == Outlook(
        "demo.one", REPLAY, "needs the program p", "sudo apt-get install p-utils"
    )
    assert expect(trick, Verdict(True, where="lab", world="there")).how == LAB
