"""A small deck, and a stage that serves it."""

import pytest
from open_stage import OpenStage, StageProcess, write_deck


@pytest.fixture
def root(tmp_path):
    return write_deck(tmp_path)


@pytest.fixture
def stage(root):
    with OpenStage(root) as stage:
        yield stage


@pytest.fixture
def started(root):
    with StageProcess(root, "--port", "0") as process:
        yield process
