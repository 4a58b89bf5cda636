"""The deck: a Sphinx extension that makes slides, and the programs they show run and checked.

Only `setup` may import Sphinx: the lower half of this package works on a bare Python.
"""


def setup(app):
    """What `extensions = ["deck"]` calls."""
    from deck import builder, chapters, chart, directives, handout, table

    builder.setup(app)
    chapters.setup(app)
    chart.setup(app)
    directives.setup(app)
    handout.setup(app)
    table.setup(app)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
