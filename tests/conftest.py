"""Fixtures for all tests."""

import fcntl
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from bad_input.inputs import small_configuration
from landloom.jobs import kernel_cache
from landloom.provenance.code_digests import kernels_digest
from running import run_snakemake, write_config

ROOT = Path(__file__).resolve().parents[1]
# As the workflow has them; kernels that its jobs have compiled are not compiled again here, nor the other way round.
os.environ.setdefault("NUMBA_THREADING_LAYER", "workqueue")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
for name, value in kernel_cache.environment(kernels_digest()).items():
    os.environ.setdefault(name, value)

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("landloom", deadline=None)
hypothesis.settings.load_profile("landloom")

SHARING = {"workflow/test_demo": "demo", "workflow/test_reproducibility": "demo", "workflow/test_regions": "demo"}
"""Modules that look at one finished map."""


APART = ("workflow/test_networks",)
"""Modules whose tests take long each and share nothing that does."""


class Groups(LoadScopeScheduling):
    """Keeps on one worker what shares a fixture that takes long: modules, and those that look at one finished map.

    Instead of xdist's own groups (`--dist loadgroup`), which do nothing with pytest 9.2: xdist 3.8 adds them to a
    test's name, where that pytest no longer looks.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = Path(nodeid.partition("::")[0]).with_suffix("").as_posix().removeprefix("tests/")
        if module in APART:
            return nodeid
        return "bad_input" if module.startswith("bad_input/") else SHARING.get(module, module)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    config.option.loadscopereorder = False
    return Groups(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On workers, begin with what runs workflows: last, one worker would wait for the other's.

    xdist itself begins with modules of many tests, which are the quickest. Alone, quick tests come first.
    """
    if hasattr(config, "workerinput"):
        modules = Counter(item.path for item in items)
        whole = (ROOT / "tests/workflow", ROOT / "tests/bad_input")
        items.sort(
            key=lambda item: (
                not item.path.is_relative_to(whole[0]),
                not item.path.is_relative_to(whole[1]),
                -modules[item.path],
                str(item.path),
            )
        )


@pytest.fixture(scope="session")
def tiny_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny demo archive and its vectors; not to be changed."""
    from landloom.demo.archive import make_demo

    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder, size_px=144)
    return folder


@pytest.fixture(scope="session")
def demo(tiny_demo: Path) -> Path:
    """The same, where no greater demo takes its place."""
    return tiny_demo


@pytest.fixture(scope="session")
def up_to_date(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A project that is up to date, made by the first worker that needs it; not to be changed."""
    # Workers have folders of their own in one that is common to them; alone, there is none above.
    common = tmp_path_factory.getbasetemp()
    common = common if worker_id == "master" else common.parent
    with (common / "up_to_date.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = common / "up_to_date"
        if not folder.exists():
            making = tmp_path_factory.mktemp("making") / "work"
            shutil.copytree(tiny_demo, making / "data")
            write_config(making / "config.yaml", small_configuration())
            done = run_snakemake(making, config=making / "config.yaml")
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
            making.rename(folder)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return tmp_path / "home"


@pytest.fixture
def shared_data() -> Path:
    """Real products kept beside the repository, not in it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real products in ../shared/data")
    return folder
