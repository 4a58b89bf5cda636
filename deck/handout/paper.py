"""All in one page, for paper: what is left out, programs at the end, a list of contents."""

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx import addnodes

from deck.handout.programs import whole_program
from deck.slides import words
from deck.slides.onepage import PREFIX


def leave_out(tree: nodes.document, names: Iterable[str]) -> None:
    """Takes documents out, with those inside of them; links that lead there become words."""
    gone: set[str] = set()
    for file in list(tree.findall(addnodes.start_of_file)):
        if file["docname"] in names:
            gone |= {inner["docname"] for inner in file.findall(addnodes.start_of_file)}
            file.parent.remove(file)
    for link in list(tree.findall(nodes.reference)):
        if link.get("refuri", "").removeprefix(PREFIX).partition("#")[0] in gone:
            link.replace_self(link.children)


def keep_anchors(tree: nodes.document) -> None:
    """A link to a document leads to its first section."""
    for file in tree.findall(addnodes.start_of_file):
        first_section(file)["ids"].append(f"document-{file['docname']}")


def programs_to_the_end(tree: nodes.document) -> None:
    """On paper nothing unfolds: a line says where the program is, and it stands at the end."""
    listings = nodes.section("", nodes.title("", words._("The programs")), ids=["the-programs"])
    listings["classes"] += ["chapter", "programs"]
    for program in list(tree.findall(whole_program)):
        listing = listing_of(program)
        said = nodes.Text(words._("The whole program: {file}").partition("{")[0])
        there = nodes.reference("", "", refid=listing["ids"][0], internal=True)
        there += nodes.literal("", program["file"])
        program.replace_self(nodes.paragraph("", "", said, there, classes=["see-program"]))
        listings += listing
    if len(listings) > 1:
        first_section(tree).append(listings)


def listing_of(program: whole_program) -> nodes.section:
    """A program as a section of its own."""
    name = nodes.literal("", program["file"])
    listing = nodes.section("", nodes.title("", "", name), ids=[f"program-{program['trick']}"])
    listing += program[2:]  # the docstring says what claim and facts before it say
    return listing


def first_section(tree: nodes.Element) -> nodes.Element:
    return next(tree.findall(nodes.section), tree)


def chapters(tree: nodes.document) -> Iterator[nodes.section]:
    return (node for node in tree.findall(nodes.section) if "chapter" in node["classes"])


def give_pages(tree: nodes.document) -> dict[str, str]:
    """Names each chapter's pages, so that their head can say its title."""
    titles = {}
    for number, chapter in enumerate(chapters(tree), 1):
        chapter["classes"].append(f"pages-{number}")
        titles[f"pages-{number}"] = chapter[0].astext()
    return titles


def add_contents(tree: nodes.document) -> None:
    """What is where; deck/handout/pdf.py adds the numbers of the pages."""
    contents = nodes.bullet_list(classes=["contents"])
    for chapter in chapters(tree):
        entry = entry_of(chapter)
        inner = [entry_of(node) for node in chapter if isinstance(node, nodes.section)]
        if inner and "programs" not in chapter["classes"]:  # those are named where they are shown
            entry += nodes.bullet_list("", *inner)
        contents += entry
    cover = first_section(tree)
    after = [at for at, node in enumerate(cover) if any(node.findall(addnodes.start_of_file))]
    cover.insert(after[0] if after else len(cover), contents)


def entry_of(section: nodes.section) -> nodes.list_item:
    """A line of the list of contents."""
    there = nodes.reference("", "", refid=section["ids"][0], internal=True)
    there += [child.deepcopy() for child in section[0].children]
    return nodes.list_item("", nodes.paragraph("", "", there))
