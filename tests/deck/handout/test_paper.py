"""The handout for paper may go without some documents."""

from docset import build, write

DOCS = {
    "index.rst": "Talk\n====\n\nSee :ref:`the drawer <drawer>`, and :doc:`part`.\n"
    "\n.. toctree::\n\n   part\n   rest\n",
    "part.rst": "Part\n====\n\nKept.\n",
    "rest.rst": "Rest\n====\n\nGone.\n\n.. toctree::\n\n   deep\n",
    "deep.rst": ".. _drawer:\n\nDrawer\n======\n\nGone, too.\n",
}


def test_what_is_left_out_is_gone_with_all_that_it_contains(tmp_path):
    docs = write(tmp_path / "docs", DOCS)
    page = build(docs, "singlefile-handout", handout_without=["rest"]).page()
    assert "Kept." in page and 'href="#document-part"' in page
    assert "Gone" not in page and "Rest" not in page and "Drawer" not in page


def test_links_into_it_become_words(tmp_path):
    docs = write(tmp_path / "docs", DOCS)
    page = build(docs, "singlefile-handout", handout_without=["rest"]).page()
    assert "the drawer" in page and 'href="#document-deep' not in page
    whole = build(docs, "singlefile-handout").page()
    assert "Gone, too." in whole and 'href="#drawer"' in whole
