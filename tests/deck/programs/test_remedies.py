"""What would make more programs run: a sentence for each remedy."""

from deck.programs.needs import Verdict
from deck.programs.remedies import remedies


def test_there_is_a_line_for_each_remedy():
    verdicts = {
        "a.a": Verdict(True),
        "a.b": Verdict(True, where="lab"),
        "a.c": Verdict(False, "needs the program mariadbd", package="mariadb-server"),
        "a.d": Verdict(False, "needs the program mysql", package="mariadb-server"),
        "a.e": Verdict(False, "needs Linux 9.0 or newer; this is 6.1"),
    }
    assert remedies(verdicts) == [
        "2 programs can run here, 1 of them in the lab kernel.",
        "2 programs can't: install mariadb-server (a.c, a.d).",
        "1 program can't: needs Linux 9.0 or newer; this is 6.1 (a.e).",
    ]


def test_many_are_counted():
    verdicts = {f"a.{name}": Verdict(False, "needs real root") for name in "bcdefg"}
    assert remedies(verdicts)[1] == (
        "6 programs can't: needs real root (a.b, a.c, a.d, a.e and 2 more)."
    )
