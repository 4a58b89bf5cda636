"""The deck: a Sphinx extension that makes slides, and the programs they show run and checked.

Only `setup` may import Sphinx: the lower storey (`programs`, `measuring`) works on a bare Python.
"""


def setup(app):
    """What `extensions = ["deck"]` calls."""
    from deck.directives import base, drawing, measured, quiz, rebuild, tables, trick
    from deck.handout import builder as handout
    from deck.slides import builder, chapters, minutes, notes

    builder.setup(app)
    chapters.setup(app)
    minutes.setup(app)
    notes.setup(app)
    base.setup(app)
    for directive in (trick, drawing, quiz, measured, tables):
        directive.setup(app)
    handout.setup(app)
    return {
        "version": "1.0",
        "env_version": rebuild.version(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
