"""The directive `followers`: where the hall finds the talk.

.. followers::

   The slides: https://example.org/talk
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class FollowersDirective(SphinxDirective):
    """While people can follow: their address and its QR code. Else, and on paper: its content."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        node = nodes.container("", *self.parse_content_to_nodes(), classes=["followers"])
        self.set_source_info(node)
        return [node]


def setup(app: Sphinx) -> None:
    app.add_directive("followers", FollowersDirective)
