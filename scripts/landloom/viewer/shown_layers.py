"""Which rasters of a year the page shows, in which order, and under which names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from landloom.core.nomenclature import Nomenclature
from landloom.maps.layers import FEATURES, LABELS, MOSAICS, Layer

REGULARISED = Layer(
    "regularised",
    "land cover, regularised",
    "the map that polygons are made of: regularised",
    LABELS,
    overviews="nearest",
    legend=True,
)
KNOWN = {name: layer for name, layer in MOSAICS.items() if name != FEATURES.name} | {REGULARISED.name: REGULARISED}
"""Layers that the page can show, by name: those of the table of layers that maps have, and the regularised map."""

_FUSION, _OF_ALL_RUNS = "fusion", "map"


@dataclass(frozen=True)
class Shown:
    """A band of a raster that the page shows.

    Attributes
    ----------
    path : Path
        The raster.
    address : str
        Its path as seen from the page, with ``/``.
    band : int
        From 1.
    layer : Layer
    map_name : str
        Which map it is a layer of: ``run 0``, ``fused map``, or empty where it is of all runs.
    title : str
    """

    path: Path
    address: str
    band: int
    layer: Layer
    map_name: str
    title: str


def is_shown(path: str) -> bool:
    """Return whether the page can show a product: a GeoTIFF with the name of a layer."""
    file = PurePosixPath(path)
    return file.suffix == ".tif" and file.stem in KNOWN


def shown(paths: Iterable[Path | str], page: Path | str, classes: Nomenclature | None) -> list[Shown]:
    """Return what the page shows, the fused map first, its layers in the order of their table.

    Parameters
    ----------
    paths : iterable of path
        Mosaics of the year, below the folder of the page.
    page : path
        The page.
    classes : Nomenclature or None
        For the names of bands of probabilities; None for maps of a target.
    """
    ranks = {name: rank for rank, name in enumerate(KNOWN)}
    files = sorted(map(Path, paths), key=lambda path: (_map_rank(path), ranks[path.stem]))
    folder = Path(page).parent
    return [one for path in files for one in _bands(path, path.relative_to(folder).as_posix(), classes)]


def _map_rank(path: Path) -> tuple[int, str]:
    """Return the place of a raster's map among others: the fused map, runs, what is of all runs."""
    folder = path.parent.name
    return {_FUSION: 0, _OF_ALL_RUNS: 2}.get(folder, 1), folder


def _bands(path: Path, address: str, classes: Nomenclature | None) -> list[Shown]:
    """Return a raster's bands: one, or that of each class."""
    layer, words = KNOWN[path.stem], _map_name(path.parent.name)
    if not (layer.per_class and classes):
        return [Shown(path, address, 1, layer, words, layer.title)]
    names: Sequence[str] = [entry.name for entry in classes.classes]
    return [
        Shown(path, address, band, layer, words, f"probability: {name}") for band, name in enumerate(names, start=1)
    ]


def _map_name(folder: str) -> str:
    if folder == _FUSION:
        return "fused map"
    return "" if folder == _OF_ALL_RUNS else folder.replace("run", "run ", 1)
