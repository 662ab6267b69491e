"""The page of a year's maps: one HTML file with overviews of all layers, which asks for nothing."""

import base64
import datetime
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyproj import CRS

from landloom.core.files import write_text
from landloom.geo import ground
from landloom.provenance.source_credits import Credit
from landloom.report.wording import day
from landloom.viewer import ground_lattice, legends, overviews
from landloom.viewer.legends import Context, Quantity
from landloom.viewer.overviews import Overview
from landloom.viewer.policy import policy
from landloom.viewer.shown_layers import Shown, shown
from landloom.viewer.templating import FOLDER, PAGE, SCRIPTS, STYLE

MOST_BYTES = 3_000_000
"""Size of the page, for a country as for a tile."""

_OF_CLASSES = Quantity(1.0, "", (0.0, 1.0), ())
"""Classes have no unit and no ramp."""

_LATER_WORDS = re.compile("[:;]")
"""What begins words on files and on values without meaning, which the legend has no use for."""

_NODE_BYTES, _LAYER_BYTES = 53, 1500
"""What a node of the lattice takes at most, and what is said of a layer."""

_LEAST_FOR_LAYERS = 0.25
"""Of the size, whatever the names of a million classes take."""

_WEIGHTS = {"nearest": 3.0, "average": 1.0}
"""Bytes of a layer of classes beside one of a quantity, which changes slowly over the ground."""


@dataclass(frozen=True)
class Edition:
    """What the page says of itself.

    Attributes
    ----------
    title, year : str
    period : (date, date)
        First and last day.
    credits : sequence of Credit
        Of the sources of the map.
    """

    title: str
    year: str
    period: tuple[datetime.date, datetime.date]
    credits: Sequence[Credit] = ()


@dataclass(frozen=True)
class Part:
    """A layer as the page has it."""

    shown: Shown
    overview: Overview


def write(edition: Edition, rasters: Iterable[Path | str], context: Context, path: Path | str) -> None:
    """Write the page of a year; equal inputs give equal bytes.

    Parameters
    ----------
    edition : Edition
    rasters : iterable of path
        Mosaics of the year, named as their layers.
    context : Context
        What their legends go by.
    path : path
        The page, in a folder above the rasters.

    Raises
    ------
    rasterio.errors.RasterioIOError
        If a raster cannot be read.
    """
    layers = shown(rasters, path, context.classes)
    text = len(render(edition, [], context)) + len(json.dumps([_legend(one, context) for one in layers]))
    text += _NODE_BYTES * ground_lattice.NODES**2 + _LAYER_BYTES * len(layers)
    budget = max(MOST_BYTES - text, MOST_BYTES * _LEAST_FOR_LAYERS)
    write_text(path, render(edition, fitted(layers, int(budget)), context))


def fitted(layers: Sequence[Shown], most_bytes: int) -> list[Part]:
    """Return the overviews of layers, all of which have at most so many bytes as base64.

    Those of quantities come first: what they do not need, classes get.
    """
    left = most_bytes * 3 / 4 - 4 * len(layers)
    parts = {}
    waiting = sorted(layers, key=_weight)
    for rank, layer in enumerate(waiting):
        share = left * _weight(layer) / sum(map(_weight, waiting[rank:]))
        parts[layer] = Part(layer, overviews.fitting(layer, int(share)))
        left -= len(parts[layer].overview.image)
    return [parts[layer] for layer in layers]


def _weight(layer: Shown) -> float:
    bands = 10.0 if layer.layer.per_class else 1.0
    return _WEIGHTS[layer.layer.overviews] / bands


def render(edition: Edition, parts: Sequence[Part], context: Context) -> str:
    """Return the page as HTML."""
    script = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)
    style = (FOLDER / STYLE).read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(PAGE).render(
        edition=edition,
        days=[day(one) for one in edition.period],
        policy=policy(script, style),
        script=script,
        style=style,
        content=as_script_data(_content(parts, context)),
        images=[base64.b64encode(part.overview.image).decode("ascii") for part in parts],
    )


def as_script_data(content: Any) -> str:
    """Return JSON that no text in it can end the element it stands in."""
    return json.dumps(content, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _content(parts: Sequence[Part], context: Context) -> dict[str, Any]:
    """Return what the script goes by."""
    if not parts:
        return {}
    grid = parts[0].overview.grid
    known: list[dict[str, Any]] = []
    layers = []
    for part in parts:
        legend = _legend(part.shown, context)
        if legend not in known:
            known.append(legend)
        layers.append(_layer(part, known.index(legend), context))
    east, north = ground.metres_per_unit(grid)
    return {
        "crs": CRS.from_user_input(grid.crs).name,
        "unit": {"metre": "m", "degree": "°"}.get(CRS.from_user_input(grid.crs).axis_info[0].unit_name, ""),
        "bounds": [grid.left, grid.bottom, grid.right, grid.top],
        "aspect": round(east / north, 9),
        "lattice": asdict(ground_lattice.of_grid(grid)),
        "legends": known,
        "layers": layers,
    }


def _legend(shown: Shown, context: Context) -> dict[str, Any]:
    """Return a layer's classes; without any for a quantity."""
    found = legends.legend_of(shown.layer, context)
    if isinstance(found, Quantity):
        return {"classes": None, "ramp": found.colors}
    return {"classes": [[entry.code, entry.name, entry.color] for entry in found.classes], "nothing": found.nothing}


def _layer(part: Part, legend: int, context: Context) -> dict[str, Any]:
    """Return what the script has to know of a layer."""
    one, overview = part.shown, part.overview
    grid, stored = overview.grid, overview.stored
    found = legends.legend_of(one.layer, context)
    quantity = found if isinstance(found, Quantity) else _OF_CLASSES
    return {
        "title": one.title,
        "description": _LATER_WORDS.split(one.layer.description)[0].replace("`", ""),
        "map": one.map_name,
        "address": one.address,
        "band": one.band,
        "legend": legend,
        "factor": quantity.factor,
        "unit": quantity.unit,
        "limits": quantity.limits or _found_limits(overview, quantity.factor),
        "bounds": [grid.left, grid.bottom, grid.right, grid.top],
        "size": [grid.columns, grid.rows],
        "overview": [overview.columns, overview.rows],
        "whole": overview.is_whole,
        "origin": stored.origin,
        "step": stored.step,
        "empty": stored.empty,
        "coarseness": overviews.described(overview, one.layer.overviews),
    }


def _found_limits(overview: Overview, factor: float) -> tuple[float, float]:
    """Return round limits around most values of an overview: a few far ones leave the others their colours."""
    numbers = overview.stored.numbers
    known = numbers if overview.stored.empty is None else numbers[numbers != overview.stored.empty]
    if not known.size:
        return 0.0, 1.0
    counts = known.ravel()
    counts.sort()
    low, high = (float(counts[round(share * (counts.size - 1))]) for share in (0.005, 0.995))
    stored = overview.stored
    return legends.round_limits(*(factor * (stored.origin + stored.step * one) for one in (low, high)))
