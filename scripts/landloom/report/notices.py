"""Warnings for users of the map."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from landloom.checks.evaluation import Evaluated
from landloom.core.nomenclature import LandClass
from landloom.features.static_rasters.table import Found
from landloom.reference.findings import AS_ASKED, NO_POLYGON, POINTS
from landloom.report import band_values, checks
from landloom.report.comparisons import SCHEMES, ScoreRow
from landloom.report.scores import MapScores
from landloom.report.sources import Material, Tile
from landloom.report.splits import Division
from landloom.report.wording import count, enumeration, plural, quantity
from landloom.survey.value_settings import ClippedSettings

_SHOWN_DETAILS = 20


@dataclass(frozen=True)
class Notice:
    """Warning, or a note that is none: subject, consequence, and individual cases."""

    subject: str
    text: str
    details: tuple[str, ...] = ()
    kind: Literal["warning", "note"] = "warning"


def collect(material: Material, scores: MapScores, division: Division, limits: ClippedSettings) -> list[Notice]:
    """Return all warnings and notes; scores by polygons show which classes are tested."""
    return [
        *_of_division(division),
        *_of_reference(material.findings, material.classes.names_by_code()),
        *_of_acquisitions(material.tiles),
        *of_shifts(material.tiles),
        *_of_sensors(material.tiles, material.sensors),
        *of_values(material.tiles, limits),
        *of_rasters(material.rasters),
        *of_samples(material.sample_counts, material.classes.names_by_code()),
        *of_folds(material.comparisons.folds, material.tiles),
        *_of_untested(scores),
        *_of_unmapped(material),
        *_of_tiles(material.tiles),
        *_of_checks(material.checks),
    ]


def of_values_map(material: Material, division: Division, limits: ClippedSettings) -> list[Notice]:
    """Return the warnings and notes of a map of a target, whose bins of values are the classes of the material."""
    names = material.classes.names_by_code()
    return [
        *_of_division(division),
        *_of_reference(material.findings, names),
        *_of_acquisitions(material.tiles),
        *of_shifts(material.tiles),
        *_of_sensors(material.tiles, material.sensors),
        *of_values(material.tiles, limits),
        *of_rasters(material.rasters),
        *of_samples(material.sample_counts, names),
        *_of_tiles(material.tiles),
        *_of_checks(material.checks),
    ]


def by_kind(collected: Sequence[Notice]) -> dict[str, list[Notice]]:
    """Return ``warnings`` and ``notes``: what is as the configuration asks is not counted as a warning."""
    return {f"{kind}s": [one for one in collected if one.kind == kind] for kind in ("warning", "note")}


def _of_reference(findings: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> Iterator[Notice]:
    """Return warnings about findings in the reference, in which classes have their labels."""
    some_points = any(row["finding"] == POINTS for row in findings)
    units = ("polygon or point", "polygons or points") if some_points else ("polygon", "polygons")
    alone = [row for row in findings if row["finding"].startswith(NO_POLYGON) and not row["count"]]
    together = [one for one in alone if one["action"] == alone[0]["action"]] if len(alone) > 1 else []
    if together:
        classes = enumeration([str(names.get(row["code"], row["code"])) for row in together])
        text = f"{plural(len(together), 'class', 'classes')}, {classes}: {together[0]['action']}."
        yield Notice("Reference: no polygon of some classes", text)
    for row in (row for row in findings if row not in together):
        name = f" ({names[row['code']]})" if row.get("code") in names else ""
        number, ids = int(row["count"]), [str(one) for one in row["ids"]]
        shown = "ids " + ", ".join(ids) + (" …" if number > len(ids) else "") if ids else ""
        text = f"{plural(number, *units)}: {row['action']}" if number else str(row["action"])
        kind: Literal["warning", "note"] = "note" if row["finding"].startswith(AS_ASKED) else "warning"
        yield Notice(f"Reference: {row['finding']}{name}", f"{text}.", (shown,) if shown else (), kind)


def _of_acquisitions(tiles: Sequence[Tile]) -> Iterator[Notice]:
    """Return warnings about skipped acquisitions, with reasons."""
    skipped = [
        f"{tile.name}, {record.date}, {record.product}: {record.problem}" for tile in tiles for record in tile.skipped
    ]
    if skipped:
        text = f"{plural(len(skipped), 'product', 'products')} could not be used; the map is made without them."
        yield Notice("Skipped acquisitions", text, _first(skipped))


def of_shifts(tiles: Sequence[Tile]) -> Iterator[Notice]:
    """Return warnings about images without co-registration."""
    what = {"not_found": "used unshifted", "left_out": "left out"}
    for status, done in what.items():
        lines = [
            f"{tile.name}, {one.date}, {one.product}: {one.problem}"
            for tile in tiles
            for one in tile.shifts
            if one.status == status
        ]
        if lines:
            text = f"Of {plural(len(lines), 'image', 'images')}, no shift against the reference was found: {done}."
            yield Notice(f"Images {done} (co-registration)", text, _first(lines))


def _of_sensors(tiles: Sequence[Tile], sensors: Sequence[str]) -> Iterator[Notice]:
    """Return warnings about tiles that are mapped without a sensor."""
    for sensor in sensors:
        without = [tile.name for tile in tiles if not tile.used_of(sensor)]
        if without:
            text = f"{plural(len(without), 'tile has', 'tiles have')} no usable acquisition of this sensor and "
            text += f"{'is' if len(without) == 1 else 'are'} mapped without it; its features are -10000 there."
            yield Notice(f"Tiles without {sensor}", text, _first(without))


def of_values(tiles: Sequence[Tile], limits: ClippedSettings) -> Iterator[Notice]:
    """Return warnings about values of bands that do not fit into what is stored: of survey, samples and map."""
    lines = [
        f"{tile.name}, {one.sensor}, {one.band}: {one.warning}"
        for tile in tiles
        for one in tile.values
        if one.warning
    ]
    for what in ("sample", "map"):
        counts = ((tile.name, one) for tile in tiles for one in getattr(tile, f"{what}_values"))
        found = ((name, one, band_values.warning(one, limits)) for name, one in counts)
        lines += [f"{name}, {one.sensor}, {one.band}: in the {what}, {text}" for name, one, text in found if text]
    if lines:
        text = f"{plural(len(lines), 'band has', 'bands have')} values that were clipped or rounded to few numbers."
        yield Notice("Values of bands", text, _first(lines))


def of_rasters(tiles: Mapping[str, Sequence[Found]]) -> Iterator[Notice]:
    """Return warnings about missing values of static rasters."""
    for raster in dict.fromkeys(one.raster for found in tiles.values() for one in found):
        fractions = [
            (tile, one.missing_fraction) for tile, found in tiles.items() for one in found if one.raster == raster
        ]
        lines = [f"{tile}: {fraction:.2%} of its pixels" for tile, fraction in fractions if fraction]
        if lines:
            text = f"{plural(len(lines), 'tile lacks', 'tiles lack')} values of this raster; features are -10000."
            yield Notice(f"Missing values of {raster}", text, _first(lines))


def _of_division(division: Division) -> Iterator[Notice]:
    """Return warnings that test polygons were also used for training, and that labels are of another year."""
    if not division.honest:
        yield Notice("The scores are not a valid accuracy of the map", division.text)
    if division.other_year:
        yield Notice("The labels are of another year", division.other_year)


def of_samples(table: pd.DataFrame | None, names: Mapping[int, str]) -> Iterator[Notice]:
    """Return warnings about classes with no or too few samples in a region; there is no table without training."""
    if table is None:
        return
    noted = table[table.note != ""]
    yield from _missing(
        noted[noted.samples == 0],
        names,
        "Classes without samples in a region",
        "The region's models cannot map these classes in these runs, unless samples of another year, region or map "
        "train them; scores of the whole map are those of the other regions.",
    )
    yield from _missing(
        noted[noted.samples > 0], names, "Fewer samples than requested", "The reference does not have more."
    )


def _missing(noted: pd.DataFrame, names: Mapping[int, str], subject: str, text: str) -> Iterator[Notice]:
    """Return the notes on samples, classes with the same note in one line."""
    if noted.empty:
        return
    alike: dict[tuple[str, str, tuple[int, ...]], list[str]] = {}
    for (region, note, code), runs in noted.groupby(["region", "note", "code"], sort=True).run:
        alike.setdefault((region, note, tuple(sorted(runs))), []).append(str(names.get(code, code)))
    lines = [
        f"{region}, {'; '.join(classes)}: {note} ({'run' + 's' * (len(runs) > 1)} {', '.join(map(str, runs))})"
        for (region, note, runs), classes in alike.items()
    ]
    yield Notice(subject, text, _first(lines))


def of_folds(rows: Sequence[ScoreRow], tiles: Sequence[Tile]) -> Iterator[Notice]:
    """Return a warning where all samples are in one spatial block, so that folds of blocks test nothing."""
    blocks = f"folds of {SCHEMES['blocks']}"
    if any(row.name == blocks and not row.tested > 0 for row in rows):
        size = quantity(sum(tile.owned_hectares for tile in tiles) / 100)
        yield Notice(
            "Folds of spatial blocks test nothing",
            "No class has samples in two blocks, so that what accuracy is where no polygon is near stays unknown: "
            f"`cross_validation.block_m` is too large for this map of {size} km²; give one that divides the ground "
            "of the polygons into a dozen blocks or more.",
        )


def _of_untested(scores: MapScores) -> Iterator[Notice]:
    """Return warnings about classes without test polygons."""
    names = [row.name for row in scores.classes if not row.tested]
    if names:
        yield Notice(
            "Classes without test polygons",
            f"{enumeration(names)}: the accuracy of {'this class is' if len(names) == 1 else 'these classes is'} "
            "unknown in the map shown, and not part of its overall accuracy.",
        )


def _of_unmapped(material: Material) -> Iterator[Notice]:
    """Return warnings about classes that are missing in the displayed map."""
    entries: tuple[LandClass, ...] = material.classes.classes
    names = [entry.name for entry in entries if not any(tile.counts[0].get(entry.code) for tile in material.tiles)]
    if names:
        yield Notice("Classes never mapped", f"{enumeration(names)}: no pixel of the map has this label.")


def _of_tiles(tiles: Sequence[Tile]) -> Iterator[Notice]:
    """Return warnings about empty tiles."""
    idle = [tile.name for tile in tiles if not tile.owned_pixels]
    if idle:
        yield Notice("Tiles without own area", f"{enumeration(idle)}: other tiles or no region cover them.")


def _of_checks(findings: Sequence[Evaluated]) -> Iterator[Notice]:
    """Return warnings about checks of the maps above their warning thresholds."""
    for title, level, lines in checks.warnings(findings):
        text = f"{plural(len(lines), 'finding', 'findings')} above {level}."
        yield Notice(title, text, _first(lines))


def _first(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the first lines, and the number of further ones."""
    if len(lines) <= _SHOWN_DETAILS:
        return tuple(lines)
    return (*lines[:_SHOWN_DETAILS], f"and {count(len(lines) - _SHOWN_DETAILS)} more")
