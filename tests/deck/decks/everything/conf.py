extensions = [
    "deck",
    "sphinx.ext.graphviz",
    "sphinx.ext.todo",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_tabs.tabs",
    "sphinxcontrib.video",
]
project = "Everything"
author = "Somebody"
slide_levels = 2
slide_numbers = True
slide_footer = "Everything that can be written"
numfig = True
todo_include_todos = True
graphviz_output_format = "svg"
mathjax3_config = {"tex": {"macros": {"R": r"\mathbb{R}", "norm": [r"\left\|#1\right\|", 1]}}}
html_static_path = ["_static"]
suppress_warnings = ["deck.fit"]
