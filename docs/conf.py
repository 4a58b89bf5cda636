"""Sphinx settings of the documentation; `make docs` builds it."""

project = "sphinx-stage"
author = "the authors of Networking Tricks with the Linux Kernel"
language = "en"
version = release = "2.0"

# The code blocks show what a document says; they are built by tests/deck/test_docs.py, not here.
highlight_language = "rst"

html_theme = "alabaster"
html_theme_options = {
    "description": "Talks that prove themselves",
    "fixed_sidebar": True,
    "page_width": "1080px",
}
html_static_path = ["_static"]
html_copy_source = False
nitpicky = True
