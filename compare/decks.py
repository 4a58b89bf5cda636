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


def write_page(root: Path, slides: int, extension: str) -> None:
    """The same talk as one document, for those who make a page of each."""
    write(root, 0, extension)
    chapters = [_chapter(number, "-~") for number in range(slides // CHAPTER)]
    title = "Compared\n========"
    (root / "slides" / "index.rst").write_text("\n\n".join([title, *chapters]))


def _chapter(number: int, lines: str = "=-") -> str:
    """With these lines below the titles of chapter and slides."""
    title = f"Chapter {number}"
    parts = [f"{title}\n{lines[0] * len(title)}\n\n{'What it is about.' if number else WORD}"]
    parts += [_slide(number, each, lines[1]) for each in range(1, CHAPTER)]
    return "\n\n".join(parts) + "\n"


def _slide(chapter: int, number: int, line: str) -> str:
    title = f"Slide {number} of {chapter}"
    return f"""{title}
{line * len(title)}

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
