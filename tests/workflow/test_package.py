"""The library as a package, and the workflow fetched file by file, for which the package has to be installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bad_input.inputs import TILE
from running import ROOT

pytestmark = pytest.mark.long

CLASSIFY = """
import sys
import numpy as np
from landloom.models import files
model = files.load(sys.argv[1])
features = np.zeros((5, len(model.feature_names)), np.int16)
print(files.__file__)
print(*model.predict_proba(features).sum(axis=1).round(3))
"""
MODULE = """
configfile: "config.yaml"


module landloom:
    snakefile: {source}
    config: config


use rule * from landloom


rule country:
    default_target: True
    input: rules.all.input
"""
TAG = "v0"


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    """A copy of the repository as it is now, with a tag: nothing is built in the repository itself."""
    folder = tmp_path_factory.mktemp("sources") / "landloom"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    person = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    for words in (["init", "-q"], ["add", "-A"], [*person, "commit", "-q", "-m", "as it is"], ["tag", TAG]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def site(sources: Path, tmp_path_factory) -> Path:
    """A folder with the package alone, from a wheel."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder), str(sources)], check=True)
    return folder


def environment(site: Path | None, tmp_path: Path, **more: str) -> dict[str, str]:
    """Return an environment in which the repository is not on Python's path."""
    path = {"PYTHONPATH": str(site)} if site else {}
    left_out = ("PYTHONPATH", "NUMBA_CACHE_DIR", "NUMBA_CACHE_LOCATOR_CLASSES")
    left = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**left, **path, "XDG_CACHE_HOME": str(tmp_path / "cache"), **more}


def run(project: Path, source: str, variables: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run Snakemake on a workflow that has landloom as a module."""
    (project / "Snakefile").write_text(MODULE.format(source=source))
    command = [sys.executable, "-m", "snakemake", "--profile", str(ROOT / "profiles/local"), *words]
    return subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True, check=False)


def test_a_wheel_classifies_an_array(site: Path, up_to_date: Path, tmp_path: Path):
    model = next((up_to_date / "results/2018/models").glob("*.npz"))
    command = [sys.executable, "-P", "-c", CLASSIFY, str(model)]
    variables = environment(site, tmp_path)
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    place, sums = done.stdout.splitlines()
    assert Path(place).is_relative_to(site)
    assert sums == "1.0 1.0 1.0 1.0 1.0"


def test_a_workflow_that_is_fetched_makes_products(sources, site, up_to_date, tmp_path):
    project = Path(shutil.copytree(up_to_date, tmp_path / "work"))
    instead = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{sources.parent}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/nobody/",
    }
    source = f'github("nobody/landloom", path="workflow/Snakefile", tag="{TAG}")'
    product = project / f"results/2018/tiles/{TILE}/acquisitions.csv"
    before = product.read_bytes()
    product.unlink()
    done = run(project, source, environment(site, tmp_path, **instead), product.relative_to(project))
    assert done.returncode == 0, done.stdout + done.stderr
    assert product.read_bytes() == before


def test_without_the_package_or_with_another_version_the_message_says_so(sources, site, up_to_date, tmp_path):
    project = Path(shutil.copytree(up_to_date, tmp_path / "work"))
    # Snakemake's `gitfile` itself fails when it looks for the scripts of jobs: only later than this.
    source = f'gitfile("{sources}", path="workflow/Snakefile", tag="{TAG}")'
    done = run(project, source, environment(None, tmp_path), "--dry-run")
    assert done.returncode != 0
    assert "must be installed beside Snakemake (found: none)" in done.stderr, done.stdout + done.stderr
    other = Path(shutil.copytree(site, tmp_path / "other"))
    (other / "landloom/core/version.py").write_text('VERSION = "0.0.9"\n')
    done = run(project, source, environment(other, tmp_path), "--dry-run")
    assert "must be installed beside Snakemake (found: 0.0.9)" in done.stderr
