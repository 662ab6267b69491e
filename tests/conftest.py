"""Fixtures for all tests."""

import os
import shutil
from pathlib import Path

import pytest

from bad_input.inputs import small_configuration
from running import run_snakemake, write_config

os.environ.setdefault("NUMBA_THREADING_LAYER", "workqueue")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

ROOT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep on one worker what shares a fixture that takes long: modules, and those that look at one finished map."""
    for item in items:
        module = item.path.relative_to(ROOT / "tests").with_suffix("")
        shared = {"test_demo": "demo", "test_reproducibility": "demo"}.get(module.name, str(module))
        group = "bad_input" if module.parts[0] == "bad_input" else shared
        item.add_marker(pytest.mark.xdist_group(group))


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


@pytest.fixture(scope="session")
def up_to_date(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is up to date; not to be changed."""
    folder = tmp_path_factory.mktemp("up_to_date") / "work"
    shutil.copytree(tiny_demo, folder / "data")
    write_config(folder / "config.yaml", small_configuration())
    done = run_snakemake(folder, config=folder / "config.yaml")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


@pytest.fixture
def shared_data() -> Path:
    """Real products kept beside the repository, not in it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real products in ../shared/data")
    return folder
