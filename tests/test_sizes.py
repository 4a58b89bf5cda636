"""The check on long files: what it finds, and that an exception ends when it is not needed."""

import pytest
import sizes


@pytest.mark.parametrize(
    ("found", "longer", "said"),
    [
        ({"a.py": 300}, {}, []),
        ({"a.py": 301}, {}, ["a.py: 301 lines, and 300 are the most"]),
        ({"a.py": 400}, {"a.py": 400}, []),
        ({"a.py": 401}, {"a.py": 400}, ["a.py: 401 lines, and 400 are the most"]),
        ({"a.py": 399}, {"a.py": 400}, ["a.py: 399 lines now; say so"]),
        ({"a.py": 300}, {"a.py": 400}, ["a.py: no exception is needed any more"]),
        ({}, {"gone.c": 400}, ["gone.c: no exception is needed any more"]),
    ],
)
def test_a_long_file_is_told_and_an_exception_only_shrinks(found, longer, said):
    told = sizes.faults(found, longer)
    assert len(told) == len(said) and all(map(str.startswith, told, said)), told


def test_it_counts_what_lies_in_the_repository():
    found = sizes.lengths(sizes.ROOT)
    assert 0 < found["tests/sizes.py"] < sizes.MOST
    assert any(name.endswith(".c") for name in found) and "README.md" not in found
