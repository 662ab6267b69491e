"""Where models of a tile are applied: its regions, and the weights of their models along borders."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.core.nomenclature import MODEL_TAG, Nomenclature
from landloom.core.text import shortened
from landloom.geo import rasters
from landloom.geo.grids import Window
from landloom.geo.opening import raster_doors
from landloom.models.interface import Model


@dataclass(frozen=True)
class Areas:
    """Files that tell which models are applied where in a tile; they are the same for all runs.

    Attributes
    ----------
    regions : path
        As written by :func:`landloom.geo.ownership.write_tile_regions`.
    weights : path or None
        As written by :func:`landloom.geo.border_weights.write_tile_weights`; None without boundary fusion.
    """

    regions: Path | str
    weights: Path | str | None


def owned_windows(areas: Areas, windows: Iterable[Window]) -> tuple[list[Window], list[int]]:
    """Return the windows with owned pixels, and the numbers of the regions whose models are applied there."""
    owned: list[Window] = []
    numbers: set[int] = set()
    with ExitStack() as files:
        region_file = files.enter_context(rasters.opened(areas.regions))
        weight_file = files.enter_context(rasters.opened(areas.weights)) if areas.weights else None
        for window in windows:
            found = region_file.read(1, window=window.ranges)
            if found.any():
                owned.append(window)
                numbers.update(map(int, np.unique(found[found > 0])))
            if weight_file and found.any():
                has_weight = (weight_file.read(window=window.ranges) > 0)[:, found > 0].any(axis=1)
                numbers.update(number for number, some in zip(_bands(weight_file), has_weight, strict=True) if some)
    return owned, sorted(numbers)


class AreaReader:
    """Reads regions and weights of windows while a tile is classified."""

    def __init__(self, files: ExitStack, areas: Areas) -> None:
        self._regions = files.enter_context(raster_doors.product(areas.regions))
        self._weights = files.enter_context(raster_doors.product(areas.weights)) if areas.weights else None

    def numbers(self, window: Window) -> np.ndarray:
        """Return the region of each pixel of a window, shape (rows, columns); 0 where the tile is not mapped."""
        found: np.ndarray = self._regions.read(1, window=window.ranges)
        return found

    def regions(self, window: Window) -> np.ndarray:
        """Return the region of each pixel, and whether it is owned; shape (2, rows, columns)."""
        found: np.ndarray = self._regions.read(window=window.ranges)
        return found

    def weights(self, window: Window) -> dict[int, np.ndarray]:
        """Return the weights of a window by region, shape (rows, columns); empty unless several have some."""
        if self._weights is None:
            return {}
        stored = self._weights.read(window=window.ranges)
        has_weight = (stored > 0).any(axis=(1, 2))
        if has_weight.sum() < 2:
            return {}
        return {number: stored[band] for band, number in enumerate(_bands(self._weights)) if has_weight[band]}


def _bands(weight_file: rasterio.DatasetReader) -> list[int]:
    """Return the region of each band of weights."""
    return [int(number) for number in weight_file.descriptions]


def model_of(models: Mapping[int, Model], region: int) -> Model:
    """Return the model of a region.

    Raises
    ------
    InputError
        If it has none.
    """
    if region not in models:
        raise InputError(f"region number {region} has no model")
    return models[region]


def check_models(models: Mapping[int, Model], nomenclature: Nomenclature) -> None:
    """Check that the classes of models, by region, are those of the nomenclature.

    Raises
    ------
    InputError
        If a model has classes that the nomenclature lacks or labels otherwise.
    """
    for region, model in models.items():
        _check_classes(region, model, nomenclature)


def _check_classes(region: int, model: Model, nomenclature: Nomenclature) -> None:
    """Raise if a model has classes that are not in the nomenclature, or have another label there."""
    unknown = sorted(set(model.classes.tolist()) - set(nomenclature.codes))
    if unknown:
        raise InputError(
            f"the model of region number {region} has the classes {unknown}, which the nomenclature lacks; "
            "train it again with samples of this nomenclature"
        )
    trained = model.metadata.get(MODEL_TAG)  # models of other programs and earlier versions do not tell
    if trained and (renamed := nomenclature.renamed(trained, model.classes.tolist())):
        raise InputError(
            f"the model of region number {region} was trained with other labels of its codes: {shortened(renamed)}; "
            "give the classes the codes that they had, or train it again"
        )
