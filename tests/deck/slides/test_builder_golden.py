"""Each docset in docsets/ becomes the slides that lie beside it, in one process and in several.

UPDATE_GOLDEN=1 writes them anew.
"""

import pytest
from docset import DOCSETS, build, check_page, copy, expect

NAMES = sorted(path.name for path in DOCSETS.iterdir() if (path / "index.rst").is_file())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("builder", ["singlefile-slides", "slides"])
def test_slides_are_as_expected(name, builder, tmp_path):
    built = build(copy(name, tmp_path), builder)
    expect(name, built.slides(), builder)
    assert built.warnings == ""


def one_of(builder: str):
    """The parameter of a builder, of which one docset is a sample."""
    return pytest.param(builder, marks=pytest.mark.thorough(kind=f"whole pages of {builder}"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "builder", [one_of(builder) for builder in ("singlefile-slides", "slides", "dirslides")]
)
def test_pages_are_whole_however_built(name, builder, tmp_path):
    """Tags nest, ids are unique, links into the page arrive; in parallel it is the same page."""
    serial = build(copy(name, tmp_path / "serial"), builder)
    parallel = build(copy(name, tmp_path / "parallel"), builder, parallel=4)
    pages = sorted(path.relative_to(serial.output) for path in serial.output.rglob("*.html"))
    assert pages
    for page in map(str, pages):
        check_page(serial.page(page))
        assert parallel.page(page) == serial.page(page)
