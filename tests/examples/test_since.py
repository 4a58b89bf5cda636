"""`:since:` is held to the program: nothing that it asks of Linux is newer than it says.

A floor. That a trick runs on a version is shown by the kernels at hand.
"""

import tomllib
from pathlib import Path

import floor
import pytest

from deck.programs import catalogue
from deck.programs.system import version

TRICKS = catalogue.tricks()
TABLES = tomllib.loads(Path(__file__).with_name("since.toml").read_text())
TABLE, NEEDS = TABLES["brought"], TABLES["needs"]


def words(names: str) -> list[str]:
    """ "call bpf" is one name."""
    return [name.replace("call-", "call ") for name in names.replace("call ", "call-").split()]


BROUGHT = {name: row for row in TABLE for name in words(row["names"])}


def said(trick: catalogue.Trick) -> tuple[int, ...]:
    """What the trick says: its `:since:`, or a newer kernel behind `:needs:`.

    Of what is older than 2.6 the table knows no more than that.
    """
    needed = [need.removeprefix("kernel ") for need in trick.needs if need.startswith("kernel ")]
    return max(map(version, ["2.6", trick.since, *needed]))


@pytest.mark.parametrize("id", TRICKS)
def test_nothing_that_it_asks_is_newer_than_it_says(id):
    newer = [
        f"{name} (Linux {BROUGHT[name]['since']}, {BROUGHT[name]['see']})"
        for name in sorted(floor.names(catalogue.ROOT, f"examples.{id}"))
        if name in BROUGHT and version(BROUGHT[name]["since"]) > said(TRICKS[id])
    ]
    assert not newer, f"{TRICKS[id].path}: :since: {TRICKS[id].since}, and it uses {newer}"


@pytest.mark.parametrize("id", TRICKS)
def test_nobody_looks_further_back_than_2_6(id):
    assert version(TRICKS[id].since) >= version("2.6"), f"{TRICKS[id].path}: say `:since: 2.6`"


@pytest.mark.parametrize("id", TRICKS)
def test_all_that_it_asks_is_listed(id):
    unlisted = floor.names(catalogue.ROOT, f"examples.{id}") - set(BROUGHT)
    assert not unlisted, f"say in tests/examples/since.toml which Linux brought {unlisted}"


def test_each_name_is_listed_once_with_its_source():
    listed = [name for row in TABLE for name in words(row["names"])]
    assert len(listed) == len(set(listed))
    assert all(row["see"] for row in TABLE)


def test_support_is_followed_only_as_far_as_a_program_reaches_into_it():
    assert "SO_PEEK_OFF" in floor.names(catalogue.ROOT, "examples.unix.peek_offset")
    assert "SO_PEEK_OFF" not in floor.names(catalogue.ROOT, "examples.netlink.bus")
    # By way of hosts.py, which looks where the calling thread is.
    assert "/proc/thread-self/ns/net" in floor.names(catalogue.ROOT, "examples.ip.redirect")


@pytest.mark.parametrize("id", TRICKS)
def test_it_needs_what_the_names_in_it_stand_for(id):
    trick = TRICKS[id]
    used = floor.names(catalogue.ROOT, f"examples.{id}")
    needs = {*trick.needs, *(["own net"] if "root" in trick.needs else [])}
    lacking = {name: need for name, need in NEEDS.items() if name in used and need not in needs}
    assert not lacking, f"{trick.path}: it uses {lacking}; say so behind :needs:"
