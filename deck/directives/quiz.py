"""The directive `question`: a quiz for the room.

.. question:: What does a full pipe do to the writer?
   :answer: 2

   * It gets an error.
   * It waits.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from deck.directives import html
from deck.directives.base import Broken, DeckDirective
from deck.slides import words

LETTERS = "abcdefgh"


class QuizDirective(DeckDirective):
    """A question to the room; the next key shows which choice is right, and why."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"answer": directives.positive_int}  # noqa: RUF012

    def build(self) -> list[nodes.Node]:
        node = html.quiz()
        self.set_source_info(node)
        if self.arguments:
            inline, _ = self.parse_inline(self.arguments[0])
            # With its own text and place, so that translators find it.
            ask = nodes.paragraph(self.arguments[0], "", *inline, classes=["ask"])
            self.set_source_info(ask)
            node += ask
        content = self.parse_content_to_nodes()
        if not (self.arguments or content):
            raise Broken("nothing is asked; write the question behind `question::`")
        if content and isinstance(content[0], nodes.bullet_list):
            choices = self._choices(content[0])
            content = content[1:]
            letter = LETTERS[self.options["answer"] - 1]
            said = nodes.paragraph(
                "", words._("Answer: {letter}.").format(letter=letter), classes=["the-answer"]
            )
            node += [choices, said]
        elif "answer" in self.options:
            raise Broken("an :answer: without choices; list them with bullets, first thing below")
        if content:
            # Shown together with the right choice; without choices it is itself the step.
            why = nodes.container("", *content, classes=["why"])
            node += why if "answer" in self.options else _step(why)
        return [node]

    def _choices(self, bullets: nodes.bullet_list) -> nodes.enumerated_list:
        choices = nodes.enumerated_list(
            "", *bullets.children, enumtype="loweralpha", prefix="", suffix=".", classes=["choices"]
        )
        answer = self.options.get("answer")
        if answer is None:
            raise Broken("choices without an `:answer:`; give the number of the right one")
        if len(choices) > len(LETTERS):
            raise Broken(f"{len(choices)} choices; ask with {len(LETTERS)} at most")
        if answer > len(choices):
            raise Broken(f":answer: {answer}, but there are {len(choices)} choices")
        right = choices[answer - 1]
        right["classes"].append("right")
        _step(right)
        return choices


def _step(node: nodes.Element) -> nodes.Element:
    """The question has one step; "custom" leaves the hiding to deck.css, where it is a slide."""
    node["classes"] += ["fragment", "custom"]
    return node


def setup(app: Sphinx) -> None:
    app.add_directive("question", QuizDirective)
