"""Inputs to be damaged: one tiny demo archive for the session, of which tests get copies by hard links."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bad_input.inputs import TILE, Project, products_of, write_project
from landloom.demo import make_demo



@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo archive and its vectors; not to be changed."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder, size_px=144)
    return folder


@pytest.fixture
def archive(demo: Path, tmp_path: Path) -> Path:
    """The first four products of a tile, to be damaged."""
    folder = tmp_path / "archive"
    for product in products_of(demo / "archive")[:4]:
        shutil.copytree(product, folder / TILE / product.name, copy_function=os.link)
    return folder


@pytest.fixture
def new_project(tmp_path: Path) -> Callable[[dict[str, Any]], Project]:
    def make(configuration: dict[str, Any]) -> Project:
        return write_project(tmp_path / "work", configuration)

    return make


