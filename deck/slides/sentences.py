"""Questions and answers in huge letters break their lines between sentences, rather than within.

What is asked of a hall is often two sentences, such as "The cable is pulled. What does send()
return?": each is a box of its own (theme/styles/kinds.css), which begins a line where not all of
them go into one.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

KINDS = {"question", "answer"}
_END = re.compile(r"(?<=[.?!:])\s+")  # of a sentence, or of what leads to one


class Sentences(SphinxPostTransform):
    """Puts each sentence of such a title or question into an inline of the class "sentence".

    Translators have had it whole by then.
    """

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for words in list(_huge(self.document)):
            said = list(_sentences(words))
            if len(said) > 1:
                words.clear()
                for at, sentence in enumerate(said):
                    words += [nodes.Text(" ")] if at else []
                    words += nodes.inline("", "", *sentence, classes=["sentence"])


def _huge(document: nodes.document) -> Iterator[nodes.TextElement]:
    for title in document.findall(nodes.title):
        if KINDS.intersection(title.parent.get("classes", ())):
            yield title
    for paragraph in document.findall(nodes.paragraph):
        if "ask" in paragraph["classes"]:
            yield paragraph


def _sentences(words: nodes.Element) -> Iterator[list[nodes.Node]]:
    """The nodes of each sentence; where one ends is told from plain words, not from code."""
    sentence: list[nodes.Node] = []
    for child in words.children:
        if not isinstance(child, nodes.Text):
            sentence.append(child)
            continue
        first, *more = (nodes.Text(text) for text in _END.split(child.astext()))
        sentence.append(first)
        for text in more:
            yield sentence
            sentence = [text]
    yield sentence


def setup(app: Sphinx) -> None:
    app.add_post_transform(Sentences)
