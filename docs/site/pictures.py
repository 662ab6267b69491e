"""Pictures of the tutorials, made from the results of their commands: `make pictures` runs these and then this file.

Each is a PNG of a palette, at most 100 kB, in `docs/pictures/`. Numbers come from the products alone: nothing is
computed here but medians and quantiles of samples.
"""

import csv
import io
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import rasterio
from matplotlib import pyplot as plt
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs/pictures"
MOST_BYTES = 100_000
COLORS_OF_PALETTE = (256, 96, 48)
"""The first that keeps a picture small enough."""
DPI = 90

DEMO, TILE, MOVED = ROOT / "results/2018", ROOT / "runs/tile/results/2018", ROOT / "runs/moved/results/2018"


def classes(map_folder: Path) -> pd.DataFrame:
    """Return the classes of a map: columns `code`, `label`, `name`, `color`."""
    return pd.read_csv(map_folder / "classes.csv", dtype={"label": str})


def show_classes(axes: plt.Axes, map_folder: Path) -> None:
    """Draw a map in the colours of its classes; what is unclassified stays white."""
    known = classes(map_folder)
    colors = ListedColormap(list(known.color))
    bounds = [*(known.code - 0.5), known.code.iloc[-1] + 0.5]
    axes.imshow(_masked(map_folder / "classification.tif"), cmap=colors, norm=BoundaryNorm(bounds, len(known)))
    axes.set_axis_off()


def legend(figure: Figure, map_folder: Path, **place: object) -> None:
    """Add the names and colours of the classes."""
    marks = [plt.Line2D([], [], marker="s", ls="", ms=9, color=one.color) for one in classes(map_folder).itertuples()]
    figure.legend(marks, list(classes(map_folder).name), frameon=False, handletextpad=0.2, **place)


def _masked(path: Path, nothing: int = 0) -> np.ma.MaskedArray:
    with rasterio.open(path) as dataset:
        values = dataset.read(1)
    return np.ma.masked_equal(values, nothing)


def class_map(map_folder: Path) -> Figure:
    """Draw a map and its legend."""
    figure, axes = plt.subplots(figsize=(7.6, 3.5))
    figure.subplots_adjust(0.01, 0.01, 0.72, 0.99)
    show_classes(axes, map_folder)
    legend(figure, map_folder, loc="center right")
    return figure


def demo_confidence() -> Figure:
    """Draw the confidence of the demo's map, and its scale."""
    figure, axes = plt.subplots(figsize=(7.6, 3.5))
    figure.subplots_adjust(0.01, 0.01, 0.86, 0.99)
    _show_confidence(figure, axes, DEMO)
    return figure


def _show_confidence(figure: Figure, axes: plt.Axes, year: Path) -> None:
    shown = axes.imshow(_masked(year / "map/run0/confidence.tif"), cmap="viridis", vmin=20, vmax=100)
    axes.set_axis_off()
    bar = figure.colorbar(shown, ax=axes, shrink=0.7, extend="min")
    bar.set_label("probability of the class, %")


def demo_series() -> Figure:
    """Draw NDVI of four classes of the training samples: the median, and where 80 % of them lie."""
    samples = pd.read_parquet(DEMO / "tiles/T31TBJ/samples.parquet")
    columns = [name for name in samples if re.fullmatch(r"sentinel2_NDVI_\d{8}", name)]
    days = pd.to_datetime([name[-8:] for name in columns])
    known = classes(DEMO / "map/run0").set_index("code")
    figure, axes = plt.subplots(figsize=(7.6, 3.6))
    for code in sorted(samples.code.value_counts().index[:4]):
        low, middle, high = np.percentile(samples.loc[samples.code == code, columns] / 1000, [10, 50, 90], axis=0)
        axes.fill_between(days, low, high, color=known.color[code], alpha=0.25, lw=0)
        axes.plot(days, middle, color=known.color[code], lw=2, label=known.name[code])
    axes.set_ylabel("NDVI")
    _name_months(axes)
    axes.legend(frameon=False, ncols=2)
    return _plain(figure, axes)


def scores(year: Path) -> Figure:
    """Draw F1 of each class of the first run with its 95 % interval."""
    table = pd.read_csv(year / "accuracy/scores.csv")
    wanted = (table.run == 0) & (table.level == "class") & (table.unit == "pixels") & (table.score == "f1")
    found = table[wanted & (table.code > 0)].merge(classes(year / "map/run0"), on="code").sort_values("value")
    figure, axes = plt.subplots(figsize=(7.6, 3.8))
    axes.hlines(found.name, found.interval_low, found.interval_high, color="#888", lw=2)
    axes.scatter(found.value, found.name, color=found.color, edgecolor="#333", s=60, zorder=3)
    axes.set_xlim(0, 1)
    axes.set_xlabel("F1 at the test polygons, with its 95 % interval")
    return _plain(figure, axes)


def tile_observations() -> Figure:
    """Draw the valid fraction of each acquisition, and how often each pixel was seen."""
    with (TILE / "tiles/T31TBJ/acquisitions.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["date"], float(row["valid_fraction"])) for row in csv.DictReader(file) if row["valid_fraction"]]
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.4), width_ratios=(3, 2), layout="constrained")
    left.vlines(
        pd.to_datetime([day for day, _ in rows]), 0, [100 * share for _, share in rows], color="#1f6f8b", lw=4
    )
    left.set_ylim(0, 100)
    left.set_ylabel("valid part of the tile, %")
    _name_months(left)
    left.spines[["top", "right"]].set_visible(False)
    shown = right.imshow(_masked(TILE / "map/validity.tif"), cmap="cividis")
    right.set_axis_off()
    figure.colorbar(shown, ax=right, shrink=0.8).set_label("valid observations")
    return figure


def tile_map() -> Figure:
    """Draw the map of the tile beside its confidence."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 4), width_ratios=(5, 6.4))
    figure.subplots_adjust(0.01, 0.2, 0.97, 0.99, wspace=0.05)
    show_classes(left, TILE / "map/run0")
    _show_confidence(figure, right, TILE)
    legend(figure, TILE / "map/run0", loc="lower center", ncols=4)
    return figure


def _name_months(axes: plt.Axes) -> None:
    axes.xaxis.set_major_locator(mpl.dates.MonthLocator(interval=2))
    axes.xaxis.set_major_formatter(mpl.dates.DateFormatter("%b"))


def _plain(figure: Figure, axes: plt.Axes) -> Figure:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="both", color="#ddd", lw=0.6)
    axes.set_axisbelow(True)
    figure.tight_layout()
    return figure


PICTURES: dict[str, Callable[[], Figure]] = {
    "demo_map": lambda: class_map(DEMO / "map/run0"),
    "demo_confidence": demo_confidence,
    "demo_series": demo_series,
    "demo_scores": lambda: scores(DEMO),
    "tile_observations": tile_observations,
    "tile_map": tile_map,
    "tile_scores": lambda: scores(TILE),
    "iota2_map": lambda: class_map(MOVED / "map/fusion"),
}


def write(name: str) -> None:
    """Draw a picture and write it with a palette."""
    figure = PICTURES[name]()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI)
    plt.close(figure)
    path = FOLDER / f"{name}.png"
    for colors in COLORS_OF_PALETTE:
        Image.open(drawn).convert("RGB").quantize(colors, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path}: {path.stat().st_size} bytes, where {MOST_BYTES} are the limit")
    print(f"wrote {path.relative_to(ROOT)}, {path.stat().st_size} bytes", file=sys.stderr)


def main(names: Sequence[str]) -> None:
    """Write the pictures that are named, or all."""
    mpl.use("agg")
    mpl.rcParams.update({"font.size": 10, "svg.hashsalt": "landloom"})
    FOLDER.mkdir(exist_ok=True)
    for name in names or PICTURES:
        write(name)


if __name__ == "__main__":
    main(sys.argv[1:])
