"""Objects that the reference labels: those that it covers well enough, with one label.

A tile counts the reference pixels in its objects; the year labels objects by those of all tiles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.objects.object_table import Objects, Reader
from landloom.objects.regions import regions_of
from landloom.objects.settings import REASONS

COUNTS = ("pixels", "seen", "observations")


@dataclass(frozen=True)
class Rule:
    """When the reference labels an object.

    Attributes
    ----------
    coverage, purity : float
        Least fraction of valid pixels in reference polygons, and of these of one label.
    first_regions : tuple of int
        See :func:`landloom.objects.regions.regions_of`.
    shared : bool
        Whether an object has one number in all tiles.
    """

    coverage: float
    purity: float
    first_regions: tuple[int, ...]
    shared: bool


def count_reference(candidates: pd.DataFrame, objects: Path | str, table: Path | str) -> pd.DataFrame:
    """Count the reference pixels of each polygon in each object of a tile.

    Parameters
    ----------
    candidates : DataFrame
        As :func:`landloom.reference.reference_pixels.find_candidates` returns it.
    objects : path
        Raster of the tile's objects.
    table : path
        Table of the tile's objects.

    Returns
    -------
    DataFrame
        ``object`` (0: in none), ``polygon``, ``code``; ``pixels``, those of them with a valid observation (``seen``),
        and the sum of their numbers of valid observations; the roles of the polygon; of the object its first pixel
        (``row``, ``column``), its valid pixels (``object_seen``), and its pixels by region.
    """
    roles = roles_of(candidates)
    numbers = _objects_at(candidates.row.to_numpy(), candidates.column.to_numpy(), objects)
    pixels = candidates[["polygon", "code", "observations", *roles]].assign(
        object=numbers, pixels=np.int64(1), seen=(candidates.observations > 0).astype(np.int64)
    )
    sums = dict.fromkeys(COUNTS, "sum") | dict.fromkeys(roles, "first")
    found = pixels.groupby(["object", "polygon", "code"], as_index=False).agg(sums)
    place = _places(np.unique(numbers), table)
    return (
        found.merge(place, on="object", how="left")
        .fillna(dict.fromkeys(place.columns, 0))
        .astype(dict.fromkeys(place.columns, np.int64))
    )


def roles_of(table: pd.DataFrame) -> list[str]:
    """Return the columns of roles: ``run0`` ..., ``test0`` ... and ``held``."""
    found = table.columns[table.columns.str.fullmatch(r"(run|test)\d+|held")]
    return [str(name) for name in found]


def _objects_at(rows: np.ndarray, columns: np.ndarray, path: Path | str) -> np.ndarray:
    """Return the objects of some pixels, which are sorted by row."""
    found = np.zeros(len(rows), np.int64)
    with rasters.opened(path) as raster:
        height = raster.block_shapes[0][0]
        strips = rows // height
        for strip in np.unique(strips):
            here = slice(np.searchsorted(strips, strip), np.searchsorted(strips, strip, "right"))
            top, bottom = int(strip) * height, min(int(strip + 1) * height, raster.height)
            numbers = raster.read(1, window=((top, bottom), (0, raster.width)))
            found[here] = numbers[rows[here] - top, columns[here]]
    return found


def _places(numbers: np.ndarray, table: Path | str) -> pd.DataFrame:
    """Return where some objects lie, and how many valid pixels they have."""
    return _as_frame(Reader(table, features=()).chosen(numbers))


def _as_frame(objects: Objects) -> pd.DataFrame:
    regions = {f"region{number}": objects.regions[:, number - 1] for number in range(1, objects.regions.shape[1] + 1)}
    place = {"row": objects.rows, "column": objects.columns, "object_seen": objects.seen}
    return pd.DataFrame({"object": objects.numbers, **place, **regions})


def label(
    tables: Mapping[str, pd.DataFrame], rule: Rule, borders: Path | str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Label objects by the reference pixels of all tiles.

    Parameters
    ----------
    tables : dict of tile: DataFrame
        As :func:`count_reference` returns them.
    rule : Rule
    borders : path or None
        Table of the objects that lie in several tiles.

    Returns
    -------
    candidates : DataFrame
        One row for each labelled object: ``tile`` (the first that has reference pixels of it), ``object``, ``row``
        and ``column`` of its first pixel there; ``polygon`` with most of its pixels, ``code``, ``number`` of its
        region, mean number of valid ``observations``, ``coverage``, ``purity``; and for each run whether it trains
        (``run0`` ...) or tests (``test0`` ...): all polygons with pixels in it do.
    polygons : DataFrame
        See :func:`lost_polygons`.

    Raises
    ------
    InputError
        If no object is labelled.
    """
    pairs = pd.concat([table.assign(tile=tile) for tile, table in sorted(tables.items())], ignore_index=True)
    roles = [role for role in roles_of(pairs) if role != "held"]
    runs = [role for role in roles if role.startswith("run")]
    pairs["key"] = pairs.object if rule.shared else pairs.groupby(["tile", "object"]).ngroup() + 1
    pairs.loc[pairs.object == 0, "key"] = 0
    objects = _objects_of(pairs[pairs.object > 0], roles, rule, borders)
    if not (objects.labelled & objects[runs].any(axis=1)).any():
        raise InputError(_none_labelled(objects, rule))
    candidates = objects[objects.labelled].drop(columns="labelled").reset_index(drop=True)
    return candidates, lost_polygons(pairs, objects, runs, rule)


def _none_labelled(objects: pd.DataFrame, rule: Rule) -> str:
    if objects.empty:
        return (
            "objects.segmentation: no object holds a reference pixel; does the segmentation lie on the reference, "
            "and is its CRS right?"
        )
    best = objects.sort_values(["coverage", "purity"]).iloc[-1]
    return (
        f"objects.label: none of the {len(objects)} objects with reference pixels is labelled and trains in a run: "
        f"reference must cover {rule.coverage:g} of their valid pixels, {rule.purity:g} of these with one label, and "
        f"all in polygons that train (the best covered: {best.coverage:.2f}, {best.purity:.2f}); lower the limits, "
        "or give smaller objects"
    )


def _objects_of(pairs: pd.DataFrame, roles: list[str], rule: Rule, borders: Path | str | None) -> pd.DataFrame:
    """Return all objects with reference pixels, with label, roles, and whether they are labelled."""
    first = pairs.drop_duplicates("key").set_index("key")
    regions = [str(name) for name in first.columns[first.columns.str.fullmatch(r"region\d+")]]
    place = first[["tile", "object", "row", "column", "object_seen", *regions]].copy()
    if borders is not None:
        shared = _as_frame(Reader(borders, features=()).chosen(place.object.to_numpy())).set_index("object")
        for name in ["object_seen", *regions]:
            place[name] = (
                shared[name].reindex(place.object).fillna(place.set_index("object")[name]).to_numpy(np.int64)
            )
    of_code = pairs.groupby(["key", "code"]).seen.sum().rename("best").reset_index()
    best = of_code.sort_values(["key", "best", "code"], ascending=[True, False, True]).drop_duplicates("key")
    best = best.set_index("key")
    of_polygon = pairs.groupby(["key", "code", "polygon"]).seen.sum().reset_index()
    of_polygon = of_polygon[of_polygon.code == of_polygon.key.map(best.code)]
    polygon = of_polygon.sort_values(["key", "seen", "polygon"], ascending=[True, False, True]).drop_duplicates("key")
    counted = pairs.groupby("key")[["seen", "observations"]].sum()
    covered = counted.seen / np.maximum(place.object_seen, 1)
    purity = best.best / np.maximum(counted.seen, 1)
    labelled = (counted.seen > 0) & (covered >= rule.coverage) & (purity >= rule.purity)
    found = place[["tile", "object", "row", "column"]].assign(
        polygon=polygon.set_index("key").polygon,
        code=best.code,
        number=regions_of(place[regions].to_numpy(), rule.first_regions),
        observations=counted.observations // np.maximum(counted.seen, 1),
        coverage=covered,
        purity=purity,
        labelled=labelled,
        **{role: pairs.groupby("key")[role].all() for role in roles},
    )
    return found.astype({"row": np.int32, "column": np.int32, "code": np.int32, "observations": np.int32})


def lost_polygons(pairs: pd.DataFrame, objects: pd.DataFrame, runs: list[str], rule: Rule) -> pd.DataFrame:
    """Count the training polygons that no labelled object stands for, by the reason.

    Returns
    -------
    DataFrame
        For each run and class: ``polygons`` that train, and those without an object for each of :data:`REASONS`;
        ``objects`` that train.
    """
    table = pairs[["key", "polygon", "code", *runs]].join(objects[["coverage", "purity", "labelled"]], on="key")
    table["covered"] = (table.coverage >= rule.coverage).fillna(False)
    table["labelled"] = table.labelled.astype("boolean").fillna(False).astype(bool)
    rows = []
    for run in runs:
        trains = table.key.map(objects[run]).astype("boolean").fillna(False).astype(bool) & table.labelled
        of_run = table.assign(inside=table.key > 0, trains=trains)[table[run]]
        by_polygon = of_run.groupby(["code", "polygon"])[["inside", "covered", "labelled", "trains"]].any()
        reason = np.select(
            [by_polygon.trains, ~by_polygon.inside, ~by_polygon.covered, ~by_polygon.labelled],
            ["", *REASONS[:3]],
            REASONS[3],
        )
        counts = pd.crosstab(by_polygon.index.get_level_values("code"), reason).reindex(columns=REASONS, fill_value=0)
        counts.insert(0, "polygons", by_polygon.groupby("code").size())
        training = objects[objects.labelled & objects[run]]
        counts["objects"] = training.groupby("code").size().reindex(counts.index, fill_value=0)
        rows.append(counts.rename_axis("code").reset_index().assign(run=int(run[3:])))
    found = pd.concat(rows, ignore_index=True)
    return found[["run", "code", "polygons", *REASONS, "objects"]]


def described(polygons: pd.DataFrame, labels: Mapping[int, str]) -> list[str]:
    """Return a line of the log for each run and class: its objects, and its polygons without one."""
    return [
        f"run {row.run}, class {labels[row.code]}: {row.objects} objects; of {row.polygons} training polygons, "
        f"{row.outside + row.coverage + row.purity + row.split} have none ({row.outside} outside of objects, "
        f"{row.coverage} below coverage, {row.purity} below purity, {row.split} beside polygons that do not train)"
        for row in polygons.itertuples()
    ]
