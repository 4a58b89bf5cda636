"""Decks of any number of slides, alike for all who build them; and such slides in Markdown."""

from pathlib import Path

CHAPTER = 10  # slides
# What a round edits: on a chapter's first slide, which is the one that is looked at.
WORD = "first-words"
PLACE = "#/chapter-0"  # of that slide, in a page of reveal.js
CONF = """\
extensions = [{extension!r}]
project = "Compared"
master_doc = root_doc = "index"
slide_levels = 2
"""


def write(root: Path, slides: int, extension: str = "deck") -> Path:
    """A talk of so many slides in reStructuredText below root/slides; the file to edit."""
    source = root / "slides"
    source.mkdir(parents=True)
    (root / "conf.py").write_text(CONF.format(extension=extension))
    names = [f"chapter{number}" for number in range(slides // CHAPTER)]
    for number, name in enumerate(names):
        (source / f"{name}.rst").write_text(_chapter(number))
    listed = "".join(f"   {name}\n" for name in names)
    (source / "index.rst").write_text(f"Compared\n========\n\n.. toctree::\n\n{listed}")
    return source / "chapter0.rst"


def _chapter(number: int) -> str:
    title = f"Chapter {number}"
    parts = [f"{title}\n{'=' * len(title)}\n\n{'What it is about.' if number else WORD}"]
    parts += [_slide(number, each) for each in range(1, CHAPTER)]
    return "\n\n".join(parts) + "\n"


def _slide(chapter: int, number: int) -> str:
    title = f"Slide {number} of {chapter}"
    return f"""{title}
{"-" * len(title)}

* one thing
* another *thing* here

.. code-block:: python

   def act{number}(x):
       return x + {chapter}

.. note:: What is said of it."""


def markdown(slides: int) -> str:
    """Slides of the same kind in Markdown, as Slidev and Marp read them."""
    pages = [f"# Compared\n\n{WORD}"]
    pages += [_page(number) for number in range(1, slides)]
    return "\n\n---\n\n".join(pages) + "\n"


def _page(number: int) -> str:
    return f"""# Slide {number}

- one thing
- another *thing* here

```python
def act{number}(x):
    return x + {number}
```

<!-- What is said of it. -->"""
