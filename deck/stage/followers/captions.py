"""What the speaker says to a step of a slide, sentence by sentence, for those who can't hear it.

Taken from the notes as the page has them: without stage directions, questions that may be asked,
and sources (deck/slides/notes.py).
"""

from html.parser import HTMLParser

# As deck/slides/notes.py has them, which needs Sphinx.
DO, ASKED, STEP, SOURCES = "do", "asked", "step", "Sources:"
# What is said at each step, in paragraphs; the first before any key is pressed.
Captions = list[list[str]]
BLOCKS = {"p", "li", "dt", "dd", "td", "th", "pre", "div", *(f"h{level}" for level in range(1, 7))}


def captions_of(notes: list[str]) -> Captions:
    """The captions of a slide with these notes, each an `aside` as the page has it."""
    reader = _Reader()
    for text in notes:
        reader.feed(text)
    reader.close()
    reader.end_block()
    return reader.steps


def at_step(captions: Captions, step: int) -> list[str]:
    """What is said at a step, -1 as the slide opens."""
    return captions[max(0, min(step + 1, len(captions) - 1))]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.steps: Captions = [[]]
        self._words: list[str] = []
        self._apart = 0  # how deep in what is not said

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._apart:
            self._apart += tag == "div"
            return
        classes = (dict(attrs).get("class") or "").split()
        if tag in BLOCKS:
            self.end_block()
        if tag == "div" and {DO, ASKED, STEP} & {*classes}:
            self._apart = 1
            if STEP in classes:
                self.steps.append([])

    def handle_endtag(self, tag: str) -> None:
        if self._apart:
            self._apart -= tag == "div"
        elif tag in BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._apart:
            self._words.append(data)

    def end_block(self) -> None:
        """A paragraph ends here."""
        text = " ".join("".join(self._words).split())
        self._words = []
        if text and not text.startswith(SOURCES):
            self.steps[-1].append(text)
