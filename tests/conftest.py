"""Fixtures for all tests."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("NUMBA_THREADING_LAYER", "workqueue")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def tiny_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny demo archive and its vectors; not to be changed."""
    from landloom.demo import make_demo

    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder, size_px=144)
    return folder


@pytest.fixture(scope="session")
def demo(tiny_demo: Path) -> Path:
    """The same, where no greater demo takes its place."""
    return tiny_demo


@pytest.fixture
def shared_data() -> Path:
    """Real products kept beside the repository, not in it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real products in ../shared/data")
    return folder
