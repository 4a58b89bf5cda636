import textwrap

import pytest

from deck.programs import catalogue
from deck.programs.catalogue import CatalogueError, UnknownTrick

GOOD = '''
    """A title that ends.

    What is shown,
    in two lines.

    :needs: own net, kernel 6.5
    :man: unix(7), cmsg(3)
    :see: RFC 9293, Documentation/networking/ip-sysctl.rst
    :since: 2.6.33
    """
'''


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "examples" / "family").mkdir(parents=True)
    return tmp_path


def write(folder, text, name="trick"):
    path = folder / "examples" / "family" / f"{name}.py"
    path.write_text(textwrap.dedent(text).lstrip("\n"))
    return path


def test_a_docstring_describes_its_trick(folder):
    path = write(folder, GOOD)
    trick = catalogue.tricks(folder)["family.trick"]
    assert trick.path == path
    assert trick.title == "A title that ends"
    assert trick.claim == "What is shown, in two lines."
    assert trick.needs == ("own net", "kernel 6.5")
    assert trick.man == ("unix(7)", "cmsg(3)")
    assert trick.see == ("RFC 9293", "Documentation/networking/ip-sysctl.rst")
    assert trick.since == "2.6.33"
    assert trick.module == "examples.family.trick"
    assert trick.root == folder


def test_listing_runs_no_code(folder):
    write(folder, GOOD + "\n    raise SystemExit('it was imported')\n")
    assert list(catalogue.tricks(folder)) == ["family.trick"]


def test_a_need_of_none_is_no_need(folder):
    write(folder, GOOD.replace("own net, kernel 6.5", "none"))
    assert catalogue.find("family.trick", folder).needs == ()


@pytest.mark.parametrize(
    "old, new, line, words",
    [
        (":since: 2.6.33\n", "", 1, "lacks its field `:since:`"),
        (":man:", ":mann:", 7, "unknown field `:mann:`"),
        ("own net", "my net", 6, "unknown need 'my net'"),
        ("own net, kernel 6.5", "", 6, "is empty"),
        ("2.6.33", "lately", 9, "no kernel version"),
        (":man:", ":hosts: alice\n    :man:", 7, "not the two ends of a cable"),
        (":man:", ":hosts: alice, alice\n    :man:", 7, "not the two ends of a cable"),
        (":man:", ":hosts: alice, two words\n    :man:", 7, "not the two ends of a cable"),
        ("that ends.", "that does not", 1, "no sentence"),
        ("A title", "A title " * 20, 1, "longer than one line"),
        ("What is shown,\n    in two lines.\n", "", 1, "no claim"),
    ],
)
def test_a_bad_docstring_is_named_with_file_and_line(folder, old, new, line, words):
    path = write(folder, GOOD.replace(old, new))
    with pytest.raises(CatalogueError) as error:
        catalogue.tricks(folder)
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert words in str(error.value)


@pytest.mark.parametrize(
    "text, words",
    [("x = 1\n", "no docstring"), ("def (:\n", "mend"), ("x = 1\0", "mend")],
)
def test_a_program_that_describes_nothing_is_named(folder, text, words):
    path = write(folder, text)
    with pytest.raises(CatalogueError, match=words) as error:
        catalogue.tricks(folder)
    assert str(error.value).startswith(f"{path}:1: ")


def test_what_can_not_be_read_is_named_and_hides_no_other(folder):
    write(folder, GOOD)
    path = folder / "examples" / "family" / "locked.py"
    path.mkdir()
    good, bad = catalogue.survey(folder)
    assert list(good) == ["family.trick"]
    assert str(bad["family.locked"]).startswith(f"{path}:1: ")


def test_an_unknown_id_names_the_nearest(folder):
    write(folder, GOOD, "pass_fd")
    with pytest.raises(UnknownTrick, match=r"did you mean family\.pass_fd\?"):
        catalogue.find("family.pas_fd", folder)
    with pytest.raises(UnknownTrick, match=r"did you mean family\.pass_fd\?"):
        catalogue.find("other.pass_fd", folder)


@pytest.mark.parametrize(
    "id", ["../family.trick", "family/trick", "family.trick.py", "", ".", "family.", "family.\0"]
)
def test_an_id_is_never_a_path(folder, id):
    write(folder, GOOD)
    with pytest.raises(UnknownTrick):
        catalogue.find(id, folder)
