"""Ground truth: polygons read, cleaned with nothing lost silently, and dealt out to training and test."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import STRtree

from landloom import vectors
from landloom.errors import InputError
from landloom.files import write_text
from landloom.nomenclature import Nomenclature
from landloom.reference_settings import ReferenceSettings
from landloom.spatial_blocks import EQUAL_AREA
from landloom.words import shortened

OVERLAP_TOLERANCE_M2 = 1.0
"""Neighbours of one land registry share borders up to rounding; less than this is no overlap."""

TRAIN, TEST = "train", "test"
_SHOWN_IDS = 20
MOST_SHOWN = 50
"""Labels in a message."""


@dataclass
class Findings:
    """What was found wrong with the reference, and what was done about it: nothing is dropped silently."""

    rows: list[dict] = field(default_factory=list)

    def add(self, finding: str, action: str, ids: Sequence[int]) -> None:
        """Note a finding about some polygons, named by their feature ids."""
        if len(ids):
            self.rows.append(_row(finding, action, ids))

    def add_of_class(self, finding: str, action: str, ids: Sequence[int], code: int) -> None:
        """Note a finding about a class, with its polygons, if any, and its code: a report then tells its name."""
        self.rows.append({**_row(finding, action, ids), "code": int(code)})

    def write(self, path: Path | str) -> None:
        """Write the findings as JSON."""
        write_text(path, json.dumps(self.rows, indent=1, ensure_ascii=False) + "\n")


def _row(finding: str, action: str, ids: Sequence[int]) -> dict:
    shown = [int(one) for one in list(ids)[:_SHOWN_IDS]]
    return {"finding": finding, "action": action, "count": len(ids), "ids": shown}


def clean(
    settings: ReferenceSettings,
    path: str,
    nomenclature: Nomenclature,
    footprints: gpd.GeoDataFrame,
    regions: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, Findings]:
    """Read the reference and keep what can be used.

    Returns
    -------
    polygons : GeoDataFrame in the regions' CRS
        Columns ``polygon`` (feature id in the user's file), ``code``, ``number`` (of the region that holds most
        of it) and ``area_m2``.
    findings : Findings

    Raises
    ------
    InputError
        Where labels are unknown, or nothing is left.
    """
    findings = Findings()
    frame = vectors.read(path, settings.layer, "reference.file")
    vectors.need_field(frame, settings.field, path, "reference.field")
    codes = _codes(frame[settings.field], settings, nomenclature, path, findings)
    polygons = gpd.GeoDataFrame(
        {"polygon": frame.index, "code": codes}, geometry=frame.geometry.values, crs=frame.crs
    )
    polygons = _repaired(polygons[codes.notna().values], findings)
    _need_some(polygons, path, findings)
    polygons = polygons.astype({"polygon": np.int64, "code": np.int32})
    polygons = vectors.project(polygons, regions.crs, path, "reference.file")
    polygons = _within_territory(polygons, footprints, findings)
    if polygons.empty:
        raise InputError(f"reference.file: no polygon of {path} lies within a tile; is its CRS right?")
    polygons = _without_overlaps(_without_duplicates(polygons, findings), findings)
    polygons["area_m2"] = polygons.to_crs(EQUAL_AREA).area.values
    polygons = _large_enough(polygons, settings.minimum_area_m2, findings)
    polygons = _with_region(polygons, regions, findings)
    _need_some(polygons, path, findings)
    return polygons.sort_values("polygon").reset_index(drop=True), findings


def _need_some(polygons: gpd.GeoDataFrame, path: str, findings: Findings) -> None:
    """Raise where no polygon is left, with what became of them."""
    if polygons.empty:
        found = "; ".join(f"{row['finding']}: {row['count']}, {row['action']}" for row in findings.rows)
        raise InputError(f"reference.file: no polygon of {path} can be used ({found})")


def _codes(
    labels: pd.Series, settings: ReferenceSettings, nomenclature: Nomenclature, path: str, findings: Findings
) -> pd.Series:
    """Return each polygon's class code; missing where it is to be left out."""
    texts = labels.map(vectors.label_text)
    findings.add("no label", "left out", labels.index[texts.isna()])
    ignored = {str(label) for label in settings.ignore}
    findings.add("label in reference.ignore", "left out", labels.index[texts.isin(ignored)])
    known = nomenclature.code_by_label()
    unknown = texts[texts.notna() & ~texts.isin(ignored | set(known))]
    if len(unknown):
        found = unknown.value_counts()
        counts = ", ".join(
            f"`{shortened(label)}` ({count} polygon{'s' * (count > 1)})"
            for label, count in found.head(MOST_SHOWN).items()
        )
        counts += f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
        raise InputError(
            f"reference.field: {path}: labels that the nomenclature lacks: {counts}; "
            "add them there, or to reference.ignore"
        )
    return texts.map(known)


def _repaired(polygons: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Mend invalid geometries; leave out what is empty or no polygon."""
    empty = polygons.geometry.isna() | polygons.geometry.is_empty
    findings.add("empty geometry", "left out", polygons.polygon[empty])
    polygons = polygons[~empty]
    odd = ~vectors.on_earth(polygons.geometry)
    findings.add("coordinates of no place on Earth", "left out", polygons.polygon[odd])
    polygons = polygons[~odd]
    invalid = ~polygons.geometry.is_valid
    findings.add("invalid geometry", "repaired", polygons.polygon[invalid])
    polygons = polygons.copy()
    polygons.geometry = vectors.only_polygons(polygons.geometry.make_valid())
    flat = polygons.geometry.is_empty
    findings.add("not a polygon", "left out", polygons.polygon[flat])
    return polygons[~flat]


def _within_territory(
    polygons: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame, findings: Findings
) -> gpd.GeoDataFrame:
    """Leave out polygons that touch no tile."""
    ground = footprints.to_crs(polygons.crs).union_all()
    inside = vectors.on_earth(polygons.geometry)
    inside[inside] = polygons[inside].intersects(ground)
    findings.add("outside of every tile", "left out", polygons.polygon[~inside])
    return polygons[inside]


def _without_duplicates(polygons: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Keep the first of equal polygons with equal labels."""
    keys = pd.DataFrame({"shape": polygons.normalize().to_wkb(), "code": polygons.code})
    twice = keys.duplicated()
    findings.add("duplicate of another polygon of its class", "left out", polygons.polygon[twice])
    return polygons[~twice].reset_index(drop=True)


def _without_overlaps(polygons: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Cut the ground that polygons of different classes claim out of all of them; report other overlaps."""
    shapes = polygons.geometry.values
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    left, right = left[left < right], right[left < right]
    common = vectors.only_polygons(
        gpd.GeoSeries(shapes[left], crs=polygons.crs).intersection(gpd.GeoSeries(shapes[right], crs=polygons.crs))
    )
    overlap = common.to_crs(EQUAL_AREA).area.values > OVERLAP_TOLERANCE_M2
    differ = polygons.code.values[left] != polygons.code.values[right]
    alike = sorted({*left[overlap & ~differ].tolist(), *right[overlap & ~differ].tolist()})
    kept = "kept: each pixel counts once, but training and test polygons may share ground"
    findings.add("overlap within a class", kept, polygons.polygon.iloc[alike])
    real = overlap & differ
    involved = sorted({*left[real].tolist(), *right[real].tolist()})
    findings.add("overlap with another class", "common ground cut out", polygons.polygon.iloc[involved])
    cut = polygons.geometry.copy()
    for one, other, area in zip(left[real], right[real], common[real], strict=True):
        for position in (one, other):
            cut.iloc[position] = vectors.polygons_of(cut.iloc[position].difference(area))
    polygons = polygons.set_geometry(cut)
    gone = polygons.geometry.is_empty
    findings.add("nothing left beside overlaps", "left out", polygons.polygon[gone])
    return polygons[~gone]


def _large_enough(polygons: gpd.GeoDataFrame, minimum_area_m2: float, findings: Findings) -> gpd.GeoDataFrame:
    """Leave out tiny polygons."""
    tiny = polygons.area_m2 < minimum_area_m2
    findings.add(f"smaller than {minimum_area_m2:g} m2", "left out", polygons.polygon[tiny])
    return polygons[~tiny]


def _with_region(polygons: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Add the number of the region that holds most of each polygon; leave out those in none."""
    inner = gpd.GeoDataFrame({"number": regions.number.values}, geometry=regions.geometry.values, crs=regions.crs)
    within = polygons.sjoin(inner, predicate="within")[["polygon", "number"]].drop_duplicates("polygon")
    rest = polygons[~polygons.polygon.isin(within.polygon)]
    pieces = rest[["polygon", "geometry"]].overlay(inner, keep_geom_type=True)
    pieces["size"] = pieces.to_crs(EQUAL_AREA).area.values if len(pieces) else 0.0
    largest = pieces.sort_values(["polygon", "size", "number"], ascending=[True, False, True])
    numbers = pd.concat([within, largest.drop_duplicates("polygon")[["polygon", "number"]]])
    findings.add("outside of every region", "left out", rest.polygon[~rest.polygon.isin(numbers.polygon)])
    return polygons.merge(numbers, on="polygon")


def deal_roles(polygons: gpd.GeoDataFrame, train_share: float, runs: int, seed: int) -> gpd.GeoDataFrame:
    """Add columns ``run0``, ``run1`` ...: ``train`` or ``test``, dealt out by whole polygons.

    Within each region and class; a class with a single polygon trains. Both roles get at least one polygon.
    """
    polygons = polygons.copy()
    for run in range(runs):
        roles = pd.Series(TEST, index=polygons.index, dtype=object)
        for (number, code), group in polygons.groupby(["number", "code"], sort=True):
            count = len(group)
            trained = 1 if count == 1 else min(count - 1, max(1, int(np.floor(count * train_share + 0.5))))
            order = np.random.default_rng([seed, run, int(number), int(code)]).permutation(count)
            roles[group.sort_values("polygon").index[order[:trained]]] = TRAIN
        polygons[f"run{run}"] = roles.astype(str)
    return polygons


def untested(polygons: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the (number, code) of classes with a single polygon in a region: they train, and are not tested."""
    counts = polygons.groupby(["number", "code"]).size()
    return counts[counts == 1].reset_index()[["number", "code"]]


def note_untested(
    polygons: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, nomenclature: Nomenclature, findings: Findings
) -> None:
    """Add to the findings the classes that cannot be tested somewhere, and those without any polygon.

    Classes go by their labels: a name that is mended must not make the reference, and the map, again.
    """
    regions_by_number = dict(zip(regions.number, regions["name"], strict=True))
    labels = nomenclature.label_by_code()
    for row in untested(polygons).itertuples():
        alone = polygons.polygon[(polygons.number == row.number) & (polygons.code == row.code)]
        what = f"the only polygon of class {labels[row.code]} in region {regions_by_number[row.number]}"
        findings.add_of_class(what, "trains, so the class is untested there", list(alone), row.code)
    for code in sorted(set(nomenclature.codes) - set(polygons.code)):
        findings.add_of_class(f"no polygon of class {labels[code]}", "the class is not mapped", [], code)
