"""What the page's Linux is told of a program: what it has already, and what must be sent."""

from tricks import write_program

from deck.programs import catalogue, page_kernel


def test_a_program_is_sent_although_it_is_there_and_what_it_imports_only_where_it_changed(tmp_path):
    """Another program may import it: then the Linux has it, but who runs it may have changed it."""
    path = write_program(tmp_path, "post.letter", "from examples.support import pen, ink")
    for name in ("__init__", "pen", "ink"):
        file = tmp_path / "examples" / "support" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
    own, pen, ink = "examples/post/letter.py", "examples/support/pen.py", "examples/support/ink.py"
    known = {name: page_kernel.digest(name, (tmp_path / name).read_text()) for name in (own, pen)}
    known[ink] = "of another text"
    order = page_kernel.order(catalogue.read(path), known)
    assert order["known"] == {pen: known[pen]}
    assert own in order["needs"] and ink in order["needs"] and pen not in order["needs"]
