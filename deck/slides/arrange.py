"""What the style sheet has to know of a slide: steps, floating pictures, boxes that may scroll."""

from docutils import nodes

from deck.slides.tree import elements_of, is_unseen

STEP_BY_STEP = {"incremental", "build"}
CODE = (nodes.literal_block, nodes.doctest_block, nodes.container)
PICTURES = (nodes.figure, nodes.image)
FEW = 3  # lines of code, or rows of a table, that are shown in any case


def arrange(slide: nodes.Element) -> None:
    """Marks, in place, what looks otherwise on a slide than on a page."""
    mark_steps(slide)
    mark_filling_figures(slide)
    mark_long_boxes(slide)
    mark_slide(slide)
    let_flow(slide)


def mark_slide(slide: nodes.Element) -> None:
    """Tells the slide what is on it that changes its own look.

    A style sheet could ask (`:has`), and a browser would then look again at each step.
    """
    if any(isinstance(node, nodes.Element) and node.tagname == "quiz" for node in slide):
        slide["classes"].append("has-question")
    if any("fill" in node.get("classes", ()) for node in slide if isinstance(node, PICTURES)):
        slide["classes"].append("has-fill")


def mark_steps(slide: nodes.Element) -> None:
    """Gives reveal.js's class to what appears step by step.

    The class stands for the children of what holds several things, else for the thing itself.
    """
    several = (
        nodes.Sequential | nodes.section | nodes.container | nodes.compound | nodes.block_quote
    )
    for node in slide.findall(nodes.Element):
        if not STEP_BY_STEP & {*node["classes"]}:
            continue
        steps = step_nodes(node) if isinstance(node, several) else [node]
        for step in steps:
            step["classes"].append("fragment")


def step_nodes(node: nodes.Element) -> list[nodes.Element]:
    seen = [child for child in elements_of(node) if not is_unseen(child)]
    if isinstance(node, nodes.definition_list):
        return [part for item in seen for part in elements_of(item)]
    return [child for child in seen if not isinstance(child, nodes.title)]


def mark_filling_figures(slide: nodes.Element) -> None:
    """Gives `fill` to the figure as well: docutils leaves it on the image alone, out of reach of
    its caption, which has to stand on the picture.
    """
    for figure in slide.findall(nodes.figure):
        if any("fill" in image["classes"] for image in figure.findall(nodes.image)):
            figure["classes"] = list(dict.fromkeys([*figure["classes"], "fill"]))


def let_flow(slide: nodes.Element) -> None:
    """Puts what stands beside a floating picture or sidebar in one box with it, where it flows.

    A slide's own children share its height; there nothing floats.
    """
    floating = [index for index, node in enumerate(slide) if floats(node)]
    if not floating:
        return
    rest = [node for node in slide[floating[0] :] if not is_unseen(node)]
    unseen = [node for node in slide[floating[0] :] if is_unseen(node)]
    if len(rest) == 1 and not isinstance(rest[0], nodes.sidebar):
        return  # alone, it stands at its side
    slide[floating[0] :] = [nodes.container("", *rest, classes=["flow"]), *unseen]


def floats(node: nodes.Node) -> bool:
    if isinstance(node, nodes.sidebar):
        return True
    inner = node[0] if isinstance(node, nodes.reference) and len(node) == 1 else node
    pictures = nodes.image | nodes.figure | nodes.table
    return isinstance(inner, pictures) and inner.get("align") in ("left", "right")


def mark_long_boxes(slide: nodes.Element) -> None:
    """Tells the style sheet which boxes may become smaller, and scroll, when a slide is full."""
    for node in elements_of(slide):
        code = next(iter(node.findall(nodes.literal_block)), None)
        rows = sum(1 for _ in node.findall(nodes.row))
        lines = code.astext().count("\n") if code and isinstance(node, CODE) else 0
        if max(lines, rows) > FEW:
            node["classes"].append("many-lines")
