"""A deck of thirty slides, and what its authors do to it: edits by chance, the same for a seed."""

import copy
import random
from dataclasses import dataclass, field
from pathlib import Path

import tiny
from docset import DOT, write

CONF = """\
extensions = ["deck"]
project = "Thirty slides"
slide_levels = 2
slide_numbers = True
numfig = True
"""
WORDS = ("pipe", "socket", "kernel", "buffer", "reader", "writer", "signal", "packet", "ring")


@dataclass
class Slide:
    """A slide of some kind, with its words; `label` is its number among all, by which it is led to,
    `to` that of another one."""

    kind: str
    title: str
    words: str
    label: int
    to: int | None = None
    noted: bool = True


@dataclass
class Deck:
    """Documents by name, in order; `nested` are taken in by the first of the others."""

    chapters: dict[str, list[Slide]]
    nested: set[str] = field(default_factory=set)
    figures: int = 9  # how wide the picture is
    printed: str = "sender: one"  # by the program


KINDS = ("plain", "code", "trick", "figure", "question", "next", "list", "diagram", "footnote")


class Author:
    """Edits a deck in a folder. The talk's files are changed as an editor does, one at a time."""

    def __init__(self, root: Path, seed: int, chapters: int = 6, slides: int = 5) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.labels = 0
        self.deck = Deck({f"chapter{n}": self._slides(slides) for n in range(chapters)})
        self.deck.nested = {f"chapter{chapters - 1}"}
        self.past: list[Deck] = []
        write(root, {"conf.py": CONF, "_static/pipe.svg": tiny.FIGURE})
        (root / "conf.py").write_text(CONF + 'html_static_path = ["_static"]\n')
        self.program = tiny.program(root)
        self.save()

    def edit(self) -> str:
        """One edit; its name."""
        self.past.append(copy.deepcopy(self.deck))
        name = self.random.choice([each for each in dir(self) if each.startswith("do_")])
        getattr(self, name)()
        self.save()
        return name.removeprefix("do_")

    # ---- edits

    def do_words(self) -> None:
        self._slide().words = self._words()

    def do_more_lines(self) -> None:
        self._slide().words += "\n\n" + self._words()

    def do_title(self) -> None:
        """Of one to which another leads, mostly: its words stand there, too."""
        led_to = {slide.to for slide in self._all()}
        slides = [slide for slide in self._all() if slide.label in led_to] or self._all()
        self.random.choice(slides).title = self._words(2).capitalize()

    def do_kind(self) -> None:
        self._slide().kind = self.random.choice(KINDS)

    def do_note(self) -> None:
        slide = self._slide()
        slide.noted = not slide.noted

    def do_link(self) -> None:
        self._slide().to = self.random.choice(self._all()).label

    def do_add_slide(self) -> None:
        slides = self._chapter()
        slides.insert(self.random.randint(0, len(slides)), self._new())

    def do_remove_slide(self) -> None:
        slides = self._chapter()
        if len(slides) > 1:
            self._drop(slides.pop(self.random.randrange(len(slides))))

    def do_move_slide(self) -> None:
        slides = self._chapter()
        if len(slides) > 1:
            slide = slides.pop(self.random.randrange(len(slides)))
            self._chapter().append(slide)

    def do_add_chapter(self) -> None:
        name = f"chapter{self.labels}"
        self.deck.chapters[name] = self._slides(3)
        if self.random.random() < 0.3:
            self.deck.nested.add(name)

    def do_remove_chapter(self) -> None:
        rest = [name for name in self.deck.chapters if name not in self.deck.nested]
        if len(rest) > 2:
            for slide in self.deck.chapters.pop(rest[-1]):
                self._drop(slide)

    def do_reorder_chapters(self) -> None:
        names = list(self.deck.chapters)
        self.random.shuffle(names)
        self.deck.chapters = {name: self.deck.chapters[name] for name in names}

    def do_picture(self) -> None:
        self.deck.figures = self.random.randint(5, 50)

    def do_program(self) -> None:
        self.deck.printed = f"sender: {self.random.choice(WORDS)}"

    def do_checkout(self) -> None:
        """All files as they were at some earlier time."""
        self.deck = copy.deepcopy(self.random.choice(self.past))

    # ---- files

    def save(self) -> None:
        names = list(self.deck.chapters)
        outer = [name for name in names if name not in self.deck.nested]
        files = {
            "index.rst": "Talk\n====\n\nIt begins.\n" + toctree(outer) + "\n.. note:: The end."
        }
        for name, slides in self.deck.chapters.items():
            text = f"{name.capitalize()}\n{'=' * 20}\n\nWhat it is about\n\n"
            text += "\n\n".join(map(written, slides))
            files[f"{name}.rst"] = text + (toctree(self.deck.nested) if name == outer[0] else "")
        files["dot.svg"] = DOT.replace('width="9"', f'width="{self.deck.figures}"')
        folder = self.root / "slides"
        for path in folder.glob("*.rst"):
            if path.name not in files:
                path.unlink()
        for name, text in files.items():
            put(folder / name, text + "\n")
        put(self.program, self._program())

    def _program(self) -> str:
        before = self.past[-1].printed if self.past else "sender: one"
        return self.program.read_text().replace(before, self.deck.printed)

    # ---- chance

    def _words(self, count: int = 4) -> str:
        return " ".join(self.random.choices(WORDS, k=count))

    def _new(self) -> Slide:
        self.labels += 1
        known = self._all() if hasattr(self, "deck") else []
        to = self.random.choice(known).label if known and self.random.random() < 0.5 else None
        kind = self.random.choice(KINDS)
        return Slide(kind, self._words(2).capitalize(), self._words(), self.labels, to)

    def _slides(self, count: int) -> list[Slide]:
        return [self._new() for _ in range(count)]

    def _all(self) -> list[Slide]:
        return [slide for slides in self.deck.chapters.values() for slide in slides]

    def _slide(self) -> Slide:
        return self.random.choice(self._all())

    def _chapter(self) -> list[Slide]:
        return self.random.choice(list(self.deck.chapters.values()))

    def _drop(self, gone: Slide) -> None:
        for slide in self._all():
            if slide.to == gone.label:
                slide.to = None


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def toctree(names: object) -> str:
    listed = "".join(f"   {name}\n" for name in sorted(names) or ())
    return f"\n\n.. toctree::\n\n{listed}\n" if listed else ""


def written(slide: Slide) -> str:
    body = {
        "plain": "",
        "code": f".. code-block:: python\n\n   print({slide.words[:9]!r})",
        "trick": ".. trick:: post.letter\n   :show: send",
        "figure": f".. _figure{slide.label}:\n\n.. figure:: dot.svg\n\n   {slide.words[:20]}",
        "question": ".. question:: What now?\n   :answer: 1\n\n   * This.\n   * That.",
        "next": "More\n\n.. nextslide::\n\nAnd more",
        "list": "* one\n* two\n\n  - three",
        "diagram": ".. diagram:: pipe.svg",
        "footnote": "See [#]_.\n\n.. [#] A note at the foot.",
    }[slide.kind]
    link = f"See :ref:`slide{slide.to}`." if slide.to else ""
    note = f".. note:: Say {slide.words.split()[0]}." if slide.noted else ""
    head = f".. _slide{slide.label}:\n\n{slide.title}\n{'-' * 40}"
    return "\n\n".join(part for part in (head, slide.words, body, link, note) if part)
