"""Samples of other years, features and all: of classes that a year has no reference of yet, or of all classes.

What tests the year that is mapped trains its models in no year.
"""

import datetime
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.features.names import split_date
from landloom.geo.grids import Grid
from landloom.training_set import suspected_polygons, training_set
from landloom.training_set.training_set import Portion

YEAR_IDS = 10**13
"""Times the year, added to the ids of its polygons, all of which are smaller: no two years share one."""


@dataclass(frozen=True, eq=False)
class SourceYear:
    """A year whose samples train the models of another.

    Attributes
    ----------
    key : str
        Of the configuration, which says so.
    year : int
    first_id : int
        Added to the ids of its polygons: see :func:`first_id`.
    tested : dict of tile: ndarray of int64
        Pixels of test polygons in this run of the year that is mapped, as :func:`places` numbers them.
    overlapping : ndarray of int64
        Polygons of the lending year that have some of these pixels.
    """

    key: str
    year: int
    first_id: int
    tested: Mapping[str, np.ndarray]
    overlapping: np.ndarray


def positions(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return a number for each place on a tile's grid."""
    return (rows.astype(np.int64) << 32) | columns.astype(np.int64)


def first_id(year: int, one_file: bool) -> int:
    """Return what makes the ids of a year's polygons its own; 0 where one file has the polygons of all years.

    Polygons with ids of their own are in no reference of the year that is mapped: their area goes by their samples
    (:func:`landloom.training.members.assign_members`), and each is a block of ground of its own
    (:func:`landloom.reference.polygon_areas.blocks_of`). Those of one file are the same ground in all years.
    """
    return 0 if one_file else year * YEAR_IDS


def tested_places(candidates: Mapping[str, Path | str], run: int) -> dict[str, np.ndarray]:
    """Return the pixels of each tile that test a run of a year, or that are held out of all: these test fused maps.

    Parameters
    ----------
    candidates : dict of tile: path
        As :func:`landloom.reference.reference_pixels.find_candidates` made them, of the year that is mapped.
    """
    tested = {}
    for tile, path in candidates.items():
        columns = ["row", "column", f"test{run}", "held"]
        found = parquet.read_columns(path, columns, [(f"run{run}", "==", False)])
        found = found.filter(pc.or_(found[f"test{run}"], found["held"]))
        tested[tile] = positions(found["row"].to_numpy(), found["column"].to_numpy())
    return tested


def overlapping(candidates: Mapping[str, Path | str], tested: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the polygons of another year, by its candidates, that have pixels which test."""
    found = [np.zeros(0, np.int64)]
    for tile, path in candidates.items():
        there = parquet.read_columns(path, ["row", "column", "polygon"])
        rows, columns, polygons = (there[name].to_numpy() for name in ("row", "column", "polygon"))
        found.append(polygons[np.isin(positions(rows, columns), tested[tile])])
    return np.unique(np.concatenate(found))


def of_other_years(names: Sequence[str], portions: Sequence[Portion], source_year: SourceYear) -> list[Portion]:
    """Return the samples of another year that may train, with ids of their own.

    Left out are all polygons that share a pixel with one that tests and, of blocks of an earlier map, those pixels.
    These blocks have negative numbers, are the same ground in all years, and keep them.

    Parameters
    ----------
    names : sequence of str
        Features of the year that is mapped.
    portions : sequence of Portion
        Of a region and run of the other year; one of each tile.

    Raises
    ------
    InputError
        Where the other year's features cannot be matched.
    """
    found = []
    for portion in portions:
        check_features(names, portion.names, source_year)
        shift = shift_days(names, portion.names)
        origin = f"drawn in {source_year.year}" + f", on dates up to {shift} days apart" * (shift > 0)
        tested = np.isin(positions(portion.rows, portion.columns), source_year.tested.get(portion.tile, ()))
        tested |= np.isin(portion.polygons, source_year.overlapping)
        kept = portion.restricted(~tested)
        ids = np.where(kept.polygons < 0, kept.polygons, kept.polygons + source_year.first_id)
        found.append(replace(kept, origin=origin, polygons=ids))
    return found


def exchanged(own: Sequence[Portion], others: Sequence[Portion], codes: Sequence[int]) -> list[Portion]:
    """Return samples with those of some classes taken from others."""
    kept = [portion.restricted(~np.isin(portion.codes, codes)) for portion in own]
    return kept + [portion.restricted(np.isin(portion.codes, codes)) for portion in others]


@dataclass(frozen=True)
class SourceYearFiles:
    """The tables of samples and candidates of other years, by year and tile."""

    samples: Mapping[tuple[int, str], Path | str]
    candidates: Mapping[tuple[int, str], Path | str]


@dataclass(frozen=True, eq=False)
class YearSamples:
    """Samples of other years for the models of a year, in a run.

    Attributes
    ----------
    year, run : int
    years : sequence of int
        All those whose drawn samples train, the year itself among them or not.
    annual : (int, tuple of int) or None
        A year, and the classes whose samples are its alone.
    one_file : bool
        Whether one file has the polygons of all years.
    files : LenderFiles
    tested : dict of tile: ndarray
        As :func:`tested_places` found them.
    suspected : dict of year: ndarray of int64
        Polygons of each lending year that are left out.
    grids : dict of (year, tile): Grid
        Of the year itself and of all source years.
    """

    year: int
    run: int
    years: Sequence[int]
    annual: tuple[int, tuple[int, ...]] | None
    one_file: bool
    files: SourceYearFiles
    tested: Mapping[str, np.ndarray]
    suspected: Mapping[int, np.ndarray]
    grids: Mapping[tuple[int, str], Grid]


def added(own: Sequence[Portion], number: int, year_samples: YearSamples) -> list[Portion]:
    """Return all samples that train the model of a region, given those of its own year.

    Parameters
    ----------
    own : sequence of Portion
        Of the region.
    number : int
        Of the region.

    Raises
    ------
    InputError
        Where another year's features cannot be matched, or its pixels are others.
    """
    _check_grids(year_samples)
    # Without samples, if need be: its features are those that the model will be given.
    found = [
        one if year_samples.year in year_samples.years else one.restricted(np.zeros(len(one), bool)) for one in own
    ]
    for year in year_samples.years:
        found += (
            _lent_by("samples.years", year, own[0].names, number, year_samples) if year != year_samples.year else []
        )
    if year_samples.annual is None:
        return found
    year, codes = year_samples.annual
    return exchanged(found, _lent_by("samples.annual", year, own[0].names, number, year_samples), codes)


def _check_grids(year_samples: YearSamples) -> None:
    """Raise where a tile has other pixels in another year: rows and columns would be other places there."""
    for (year, tile), grid in year_samples.grids.items():
        own = year_samples.grids[year_samples.year, tile]
        if grid != own:
            key = "samples.years" if year in year_samples.years else "samples.annual"
            raise InputError(
                f"{key}: tile {tile} has {own.described()} in {year_samples.year}, but {grid.described()} in {year}; "
                "name in `grid.sensor` a sensor that sees the tile in both years, on the same pixels, or in "
                "`grid.like` a raster that gives them"
            )


def _lent_by(key: str, year: int, names: Sequence[str], number: int, year_samples: YearSamples) -> list[Portion]:
    """Return the samples of a source year, and write their number to the log."""
    paths = [path for (source_year, _), path in year_samples.files.samples.items() if source_year == year]
    candidates = {
        tile: path for (source_year, tile), path in year_samples.files.candidates.items() if source_year == year
    }
    there = suspected_polygons.without(
        training_set.portions(paths, number, year_samples.run), year_samples.suspected[year]
    )
    first = first_id(year, year_samples.one_file)
    source_year = SourceYear(key, year, first, year_samples.tested, overlapping(candidates, year_samples.tested))
    found = of_other_years(names, there, source_year)
    size, left_out = sum(map(len, found)), sum(map(len, there)) - sum(map(len, found))
    print(f"{key}: {size} samples of {year}; {left_out} are left out, where this year tests", file=sys.stderr)
    return found


def check_features(names: Sequence[str], others: Sequence[str], source_year: SourceYear) -> None:
    """Raise where two years' features differ by more than the days of their dates.

    Features are matched by their position: so each sensor needs as many output dates in both years.
    """
    plain, plain_others = ([split_date(name)[0] for name in one] for one in (names, others))
    if plain == plain_others:
        return
    here, there = (_dates(one) for one in (names, others))
    undated = [
        feature
        for feature in sorted(set(here) ^ set(there))
        if "" in {*here.get(feature, ()), *there.get(feature, ())}
    ]
    differing = [
        f"{feature} is missing in {source_year.year}"
        if feature in here
        else f"{feature} is only in {source_year.year}"
        for feature in undated
    ]
    differing += [
        f"{feature} has {len(here.get(feature, ()))} dates, in {source_year.year} {len(there.get(feature, ()))}"
        for feature in sorted({*here, *there} - {*undated})
        if len(here.get(feature, ())) != len(there.get(feature, ()))
    ]
    difference = "; ".join(differing[:3]) or "their order differs"
    raise InputError(
        f"{source_year.key}: the features of {source_year.year} are others: {difference}; "
        "give the sensors `start` and `end`, so that both years have as many output dates"
    )


def shift_days(names: Sequence[str], others: Sequence[str]) -> int:
    """Return by how many days of the year the matched dates of two years' features differ at most."""
    distances = {0}
    for name, other in zip(names, others, strict=True):
        days = [_day_of_year(split_date(one)[1]) for one in (name, other)]
        distance = abs(days[0] - days[1])
        distances.add(min(distance, 365 - distance))
    return max(distances)


def _day_of_year(date: str) -> int:
    """Return the day of the year of a date as names have it; 0 without one."""
    return datetime.date(int(date[:4]), int(date[4:6]), int(date[6:])).timetuple().tm_yday if date else 0


def _dates(names: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        feature, date = split_date(name)
        found.setdefault(feature, set()).add(date)
    return found
