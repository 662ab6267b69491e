"""How layers of a map are read and shown, in STAC items: bands, units, scales, and colours.

Bands are those of STAC 1.1, with fields of the raster extension; ways to show a layer are those of the render
extension.
"""

import math
from collections.abc import Collection
from typing import Any

from landloom.accuracy.agreement_map import LEGEND
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.geo import ground
from landloom.geo.grids import Grid
from landloom.maps.layers import AGREEMENT, LABELS, MOSAICS
from landloom.provenance.record import Raster
from landloom.reference.target_values import COLORS

RASTER_EXTENSION = "https://stac-extensions.github.io/raster/v2.0.0/schema.json"
RENDER_EXTENSION = "https://stac-extensions.github.io/render/v2.0.0/schema.json"
CLASSIFIED = ("classification", "separate", "regularised")
"""Rasters of class codes."""

OF_PROBABILITY = 0.001
"""Scale of probabilities, which are stored times 1000."""

_PERCENT_COLORS = "viridis"


def nodata(value: float) -> float | str:
    """Return a nodata value as JSON can hold it."""
    return "nan" if math.isnan(value) else value


def fields(name: str, raster: Raster, grid: Grid, classes: Nomenclature | None) -> dict[str, Any]:
    """Return the fields of an asset that is a raster: type, nodata, metres of a pixel on the ground, scale, bands.

    Parameters
    ----------
    name : str
        Name of the layer.
    raster : Raster
    grid : Grid
        Its own.
    classes : Nomenclature or None
        None for maps of a target.
    """
    found: dict[str, Any] = {"data_type": raster.dtype, "raster:sampling": "area"}
    if raster.nodata is not None:
        found["nodata"] = nodata(raster.nodata)
    found["raster:spatial_resolution"] = float(f"{sum(ground.pixel_m(grid)) / 2:.6g}")
    if name in MOSAICS and MOSAICS[name].per_class:
        found["raster:scale"] = OF_PROBABILITY
    return found | {"bands": _bands(name, raster.bands, classes)}


def _bands(name: str, count: int, classes: Nomenclature | None) -> list[dict[str, str]]:
    """Return the names of the bands: that of the layer, or of each class."""
    if count > 1 and classes and count == len(classes.classes):
        return [{"name": f"{name}-{one.code}", "description": one.name} for one in classes.classes]
    if count > 1:
        return [{"name": f"{name}-{number}"} for number in range(1, count + 1)]
    title = MOSAICS[name].description if name in MOSAICS else "class codes"
    return [{"name": name, "description": title}]


def renders(
    names: Collection[str], classes: Nomenclature | None, limits: tuple[float, float] | None
) -> dict[str, dict[str, Any]]:
    """Return how each layer of a map is shown, by the name of its asset; layers without a range are left out.

    Parameters
    ----------
    names : collection of str
        Of the assets.
    limits : (float, float) or None
        Range of the target, of maps of one.
    """
    found = {}
    for name in names:
        if shown := _render(name, classes, limits):
            found[name] = {"assets": [name], **shown}
    return found


def legend_of(name: str, classes: Nomenclature | None) -> Nomenclature | None:
    """Return the names and colours of the codes of a raster; None of a quantity."""
    if name == AGREEMENT.name:
        return LEGEND
    return classes if name in CLASSIFIED else None


def _render(name: str, classes: Nomenclature | None, limits: tuple[float, float] | None) -> dict[str, Any]:
    layer = MOSAICS.get(name)
    title = layer.title if layer else "land cover, regularised"
    if legend := legend_of(name, classes):
        colors = {str(one.code): [*one.rgb, 255] for one in legend.classes}
        return {"title": title, "colormap": colors, "nodata": UNCLASSIFIED, "resampling": "nearest"}
    if layer and layer.unit == "%" and layer.dtype != LABELS:
        empty = {} if layer.nodata is None else {"nodata": layer.nodata}
        return {"title": title, "rescale": [[0, 100]], "colormap_name": _PERCENT_COLORS} | empty
    if name == "value" and limits:
        return {"title": title, "rescale": [list(limits)], "colormap": _ramp(), "nodata": "nan"}
    return {}


def _ramp() -> dict[str, list[int]]:
    """Return the colours of a target's range, from 0 to 255 as renderers scale it."""
    last = len(COLORS) - 1
    return {str(round(255 * rank / last)): [*color, 255] for rank, color in enumerate(COLORS)}
