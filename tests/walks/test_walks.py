"""A few of the walks of `make test-walks`."""

import shutil
from pathlib import Path

import pytest

from walks.run import write_other_names
from walks.steps import FIRST, last_of, walk

WALKS = (1, 2, 20)
"""Some that end with the first configuration, of which there is a fresh project already."""


@pytest.mark.long
@pytest.mark.parametrize("number", WALKS)
def test_a_walk_ends_as_a_fresh_project(number: int, up_to_date: Path, tmp_path: Path) -> None:
    assert last_of(number) == FIRST
    finished = Path(shutil.copytree(up_to_date, tmp_path / "finished"))
    write_other_names(finished)
    walk(number, finished, tmp_path / "walk", lambda _: finished)


def test_ends_of_walks() -> None:
    ends = [last_of(number) for number in range(50)]
    assert 15 < ends.count(FIRST) < 35
    assert len(set(ends)) > 8
