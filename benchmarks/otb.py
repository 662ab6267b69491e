"""Orfeo ToolBox: a forest of its own, trained on the same samples, classifies a raster of the same features."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

TRAIN, CLASSIFY, COPY = "otbcli_TrainVectorClassifier", "otbcli_ImageClassifier", "otbcli_ExtractROI"
MODEL, SAMPLES, RASTER, PIXEL = "otb_model.xml", "samples.gpkg", "features.tif", "one_pixel.tif"


def train(folder: Path, features: np.ndarray, labels: np.ndarray, trees: int) -> int:
    """Train OpenCV's random forest with the settings of scikit-learn's; return the number of its nodes."""
    names = [f"b{number}" for number in range(features.shape[1])]
    _write_points(folder / SAMPLES, features, labels, names)
    forest = ["-classifier", "rf", "-classifier.rf.nbtrees", trees, "-classifier.rf.max", 25]
    forest += ["-classifier.rf.min", 2, "-classifier.rf.acc", 0, "-rand", 1]
    run(TRAIN, "-io.vd", folder / SAMPLES, "-cfield", "code", "-io.out", folder / MODEL, *forest, "-feat", *names)
    (folder / SAMPLES).unlink()
    with (folder / MODEL).open(encoding="utf-8") as lines:
        return sum(line.count("<depth>") for line in lines)


def _write_points(path: Path, features: np.ndarray, labels: np.ndarray, names: list[str]) -> None:
    """Write the samples as points of a GeoPackage, which OTB trains from; all points lie at 0, 0."""
    from pyogrio.raw import write
    from shapely import Point, to_wkb

    points = np.array([to_wkb(Point(0, 0))] * len(features), object)
    columns = [np.ascontiguousarray(column) for column in features.T]
    write(path, points, [*columns, labels], [*names, "code"], driver="GPKG", geometry_type="Point", crs="EPSG:32631")


def write_raster(path: Path, features: np.ndarray, columns: int) -> None:
    """Write features as an uncompressed GeoTIFF, all bands of a pixel side by side, as OTB likes them best."""
    import rasterio

    bands = features.T.reshape(features.shape[1], -1, columns)
    profile = {"driver": "GTiff", "count": bands.shape[0], "height": bands.shape[1], "width": columns}
    position = {"crs": "EPSG:32631", "transform": rasterio.Affine(10, 0, 500000, 0, -10, 4800000)}
    with rasterio.open(path, "w", dtype="int16", interleave="pixel", **profile, **position) as file:
        file.write(bands)


def run(expression: str, *arguments: object) -> None:
    """Run an application; show what it printed only if it fails."""
    command = [expression, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{expression} ended with {done.returncode}:\n{done.stdout[-2000:]}")


def version() -> str:
    """Give the version that the applications tell, or an empty string."""
    try:
        done = subprocess.run([CLASSIFY, "-help"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    words = (done.stdout + done.stderr).partition("version ")[2].split()
    return words[0] if words else "unknown"
