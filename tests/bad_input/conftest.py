"""Inputs to be damaged: one tiny demo archive for the session, copied by hard links; and ways to run Snakemake."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from landloom import config
from landloom.demo import make_demo

REPOSITORY = Path(__file__).resolve().parents[2]
TILE, OTHER_TILE = "T30TYP", "T31TBJ"
PERIOD = (date(2018, 1, 1), date(2018, 12, 31))
BANDS = ["B3", "B4", "B8", "B11"]


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
    for product in sorted((demo / "archive" / TILE).iterdir(), key=lambda path: path.name.split("_")[1])[:4]:
        shutil.copytree(product, folder / TILE / product.name, copy_function=os.link)
    return folder


def theia(archive: Path, **changes: Any) -> dict[str, config.AnySensor]:
    """Return the settings of an archive of THEIA products."""
    return config.sensors({"s2": {"type": "sentinel2_theia", "archive": str(archive), "bands": BANDS, **changes}})


def products_of(archive: Path, tile: str = TILE) -> list[Path]:
    """Return a tile's products, first date first."""
    return sorted((archive / tile).iterdir(), key=lambda path: path.name.split("_")[1])


def file_of(product: Path, layer: str) -> Path:
    """Return the file of a band (``FRE_B4``) or mask (``CLM_R1``)."""
    (path,) = product.rglob(f"*_{layer}.tif")
    return path


def replace(path: Path, content: bytes) -> None:
    """Change a file that may be a hard link to the shared demo, which must stay as it is."""
    path.unlink()
    path.write_bytes(content)


def truncate(path: Path, share: float = 0.6) -> None:
    """Cut off the end of a file, as a broken download leaves it."""
    content = path.read_bytes()
    replace(path, content[: int(len(content) * share)])


def small_configuration(**changes: Any) -> dict[str, Any]:
    """Return a configuration that is quick to run; its paths begin in the working directory."""
    sensor = {"type": "sentinel2_theia", "archive": "data/archive", "bands": BANDS, "step_days": 30}
    return {
        "years": {2018: None},
        "tiles": [TILE, OTHER_TILE],
        "sensors": {"s2": sensor},
        "nomenclature": "data/nomenclature.csv",
        "reference": {"file": "data/{year}/reference.gpkg", "field": "code"},
        "samples": {"strategy": "per_class", "number": 50},
        "model": {"trees": 10},
        "map": {"crs": "EPSG:2154"},
        "seed": 1,
    } | changes


@dataclass(frozen=True)
class Project:
    """A working directory with a configuration."""

    folder: Path
    configuration: Path

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that a user would type; targets come first."""
        fixed = ["--profile", "local", "--directory", str(self.folder), "--configfile", str(self.configuration)]
        return [sys.executable, "-m", "snakemake", *arguments, *fixed]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Snakemake; what the terminal shows is in ``stdout``."""
        return subprocess.run(
            self.command(*arguments),
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )

    def files(self, *below: str) -> set[str]:
        """Return all files below a folder, hidden ones too."""
        folder = self.folder.joinpath(*below)
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture
def new_project(tmp_path: Path) -> Callable[[dict[str, Any]], Project]:
    def make(configuration: dict[str, Any]) -> Project:
        return write_project(tmp_path / "work", configuration)

    return make


def write_project(folder: Path, configuration: dict[str, Any], name: str = "config.yaml") -> Project:
    """Write a configuration into a working directory."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(yaml.safe_dump(configuration, allow_unicode=True), encoding="utf-8")
    return Project(folder, path)
