"""Configurations, ways to damage files, and working directories to run in."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
from shapely import Point
from shapely.affinity import translate

from landloom.sensors import registry
from landloom.sensors.settings import SensorSettings
from running import ROOT, write_config

TILE, OTHER_TILE = "T30TYP", "T31TBJ"
PERIOD = (date(2018, 1, 1), date(2018, 12, 31))
BANDS = ["B3", "B4", "B8", "B11"]


def theia(archive: Path, **changes: Any) -> dict[str, SensorSettings]:
    """Return the settings of an archive of THEIA products."""
    return registry.sections_of(
        {"s2": {"type": "sentinel2_theia", "archive": str(archive), "bands": BANDS, **changes}}
    )


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


def truncate(path: Path, fraction: float = 0.6) -> None:
    """Cut off the end of a file, as a broken download leaves it."""
    content = path.read_bytes()
    replace(path, content[: int(len(content) * fraction)])


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

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start Snakemake in a process group of its own; what the terminal shows is its output.

        Targets come first, as --configfile takes all that follows.
        """
        command = [sys.executable, "-m", "snakemake", *arguments, "--profile", "local"]
        command += ["--directory", str(self.folder), "--configfile", str(self.configuration)]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, cwd=ROOT, start_new_session=True, **output)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run Snakemake; return its exit code and what the terminal shows."""
        process = self.start(*arguments)
        terminal, _ = process.communicate(timeout=600)
        return process.returncode, terminal

    def files(self, *below: str) -> set[str]:
        """Return all files below a folder, hidden ones too."""
        folder = self.folder.joinpath(*below)
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def write_project(folder: Path, configuration: dict[str, Any], name: str = "config.yaml") -> Project:
    """Write a configuration into a working directory."""
    folder.mkdir(parents=True, exist_ok=True)
    return Project(folder, write_config(folder / name, configuration))


def cover_with_cloud(mask: Path) -> None:
    """Set a cloud mask to cloud everywhere."""
    with rasterio.open(mask) as dataset:
        profile = dataset.profile
    mask.unlink()
    with rasterio.open(mask, "w", **profile) as dataset:
        dataset.write(np.ones((profile["height"], profile["width"]), np.uint8), 1)


def write_awkward_reference(source: Path, target: Path) -> None:
    """Keep one polygon of class 10, amid the western tile; move one away; give one a label to ignore."""
    polygons = gpd.read_file(source)
    left, bottom, right, top = polygons.total_bounds
    amid = Point(left + 0.3 * (right - left), (bottom + top) / 2)
    tens = polygons[polygons.code == 10]
    polygons = polygons.drop(tens.index.drop(tens.distance(amid).idxmin())).reset_index(drop=True)
    moved, ignored = polygons.index[polygons.code == 1][:2]
    polygons.loc[moved, "geometry"] = translate(polygons.geometry[moved], 1e5)
    polygons.loc[ignored, "code"] = 99
    polygons.to_file(target)
