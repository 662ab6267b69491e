"""Survey of a tile: its acquisitions, its pixel grid and the number of valid observations of each pixel."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from landloom.core.errors import InputError
from landloom.core.files import advice
from landloom.core.text import alike
from landloom.geo import ground
from landloom.geo.grid_settings import GridSettings
from landloom.geo.grids import Grid
from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import Acquisition, Product
from landloom.sensors.settings import SensorSettings
from landloom.survey import clear_counts, integrity, mosaics, swaths, tile_grids, value_checks
from landloom.survey.acquisition_table import AcquisitionRecord, broken_record
from landloom.survey.integrity import Inspection
from landloom.survey.open_files import OpenFiles
from landloom.survey.value_settings import ValueSettings
from landloom.survey.value_table import Notes

USUAL = ValueSettings()  # type: ignore[call-arg]

MOST_BROKEN_TOLD, MOST_FILTERED_TOLD = 30, 3
"""Largest number of products in a message: errors, and examples of filtered products."""


@dataclass(frozen=True)
class Found:
    """Content of an archive for a tile: described acquisitions, and products left out with reasons."""

    acquisitions: list[Acquisition]
    left_out: list[AcquisitionRecord]


def find_acquisitions(
    settings: Mapping[str, SensorSettings],
    tile: str,
    period: tuple[datetime.date, datetime.date],
    grid: Grid | None = None,
) -> Found:
    """Return the content of the archives for a tile.

    Parameters
    ----------
    grid : Grid, optional
        Of the tile: of products without a grid, those that show nothing of it are left out.

    Raises
    ------
    InputError
        If a required sensor has no product, or no sensor has one.
    """
    found, empty = Found([], []), {}
    for sensor, sensor_settings in settings.items():
        products = sensors.find_all(sensor_settings, tile, *period)
        if grid and not sensor_settings.HAS_GRID:
            products = sensors.over(sensor_settings, products, swaths.box_of(grid))
        if not products:
            empty[sensor] = sensors.no_products(sensor, sensor_settings, tile, period)
        for product in products:
            _describe(found, sensor_settings, sensor, tile, product)
    nothing = len(empty) == len(settings)
    fatal = {sensor: text for sensor, text in empty.items() if nothing or settings[sensor].required}
    if fatal:
        raise InputError("\n".join(text + ("" if nothing else _way_out(sensor)) for sensor, text in fatal.items()))
    return found


def _way_out(sensor: str) -> str:
    return f" If the tile can do without this sensor, set `sensors.{sensor}.required: false`."


def _describe(found: Found, settings: SensorSettings, sensor: str, tile: str, product: Product) -> None:
    """Add a product to the content."""
    try:
        unwanted = sensors.why_unwanted(settings, product)
        if not unwanted:
            found.acquisitions.append(sensors.describe(settings, sensor, tile, product))
            return
        record = AcquisitionRecord(sensor, product.date, product.name, unwanted, 0.0, filtered=True)
    except InputError as error:
        record = AcquisitionRecord(sensor, product.date, product.name, str(error), 0.0)
    found.left_out.append(record)


def common_grid(
    settings: Mapping[str, SensorSettings],
    tile: str,
    period: tuple[datetime.date, datetime.date],
    wanted: GridSettings = tile_grids.FINEST,
) -> Grid:
    """Return the grid of a tile from its products (:func:`landloom.survey.tile_grids.tile_grid`) or from a raster.

    Raises
    ------
    InputError
        If no product can be used, or the tile reaches over the edge of its CRS.
    """
    placed = {sensor: one for sensor, one in settings.items() if one.HAS_GRID}
    raster = wanted.raster(tile)
    if wanted.boxes:
        return tile_grids.of_box(tile, wanted)
    if raster and not placed:
        return tile_grids.of_raster(raster)
    swaths.check_gives_grid(placed, settings, wanted.sensor)
    found = find_acquisitions(placed, tile, period)
    if not found.acquisitions:
        raise InputError(_refusal(tile, found.left_out, "do the sensor's settings and filters match them?"))
    grid = tile_grids.of_raster(raster) if raster else tile_grids.tile_grid(found.acquisitions, wanted)
    ground.check_continuous(f"tile {tile}: {raster or found.acquisitions[0].bands[0][1].name}", grid)
    return grid


def _refusal(tile: str, records: Sequence[AcquisitionRecord], remedy: str) -> str:
    # Files of several dates share one error.
    broken = dict.fromkeys(record.problem for record in records if not record.filtered)
    faults = [(name, text) for name, _, text in (one.partition(": ") for one in broken)]
    filtered = [
        f"sensors.{record.sensor}: {record.product}: {record.problem}" for record in records if record.filtered
    ]
    what = "cannot be used" if broken else "are left out by filters"
    told = [*_shortened(alike(faults, few=5), MOST_BROKEN_TOLD), *_shortened(filtered, MOST_FILTERED_TOLD)]
    lines = "\n".join(f"  {line}" for line in told)
    return f"tile {tile}: {len(records)} product{'s' * (len(records) > 1)} {what}; {remedy}:\n{lines}"


def _shortened(lines: Sequence[str], most: int) -> list[str]:
    return [*lines[:most], *([f"... and {len(lines) - most} more"] if len(lines) > most else [])]


def inspected(acquisitions: Sequence[Acquisition], files: OpenFiles) -> dict[Acquisition, Inspection]:
    """Open all files of acquisitions."""

    def inspect(acquisition: Acquisition) -> Inspection:
        with files.of(acquisition) as opened:
            return integrity.inspect(acquisition, files.grid, opened)

    with ThreadPoolExecutor(tile_grids.OPENED_AT_ONCE) as pool:
        return dict(zip(acquisitions, pool.map(inspect, acquisitions), strict=True))


def usable(
    inspections: Mapping[Acquisition, Inspection], grid: Grid
) -> tuple[list[Acquisition], list[AcquisitionRecord]]:
    """Separate valid products of this tile from the others."""
    good, broken = [], []
    for _, records in groupby(inspections, key=lambda acquisition: acquisition.sensor):
        of_sensor = list(records)
        finest = [inspections[one].finest for one in of_sensor]
        # If none can be opened, the check of each reports it.
        own = tile_grids.most_common(finest) if any(isinstance(one, Grid) for one in finest) else grid
        for acquisition in of_sensor:
            try:
                integrity.check(acquisition, inspections[acquisition], own)
                good.append(acquisition)
            except InputError as error:
                broken.append(broken_record(acquisition, error))
    return good, broken


def survey(
    settings: Mapping[str, SensorSettings],
    tile: str,
    period: tuple[datetime.date, datetime.date],
    grid: Grid,
    on_bad_product: str,
    threads: int,
    wanted: GridSettings = tile_grids.FINEST,
    values: ValueSettings = USUAL,
    notes: Notes | None = None,
) -> tuple[list[Acquisition], list[AcquisitionRecord], np.ndarray]:
    """Survey a tile's archive.

    Parameters
    ----------
    values : ValueSettings
        Limits of the values of bands.
    notes : Notes
        Takes what is said beside the results.

    Returns
    -------
    acquisitions : list of Acquisition
        Used acquisitions.
    records : list of AcquisitionRecord
        All records in the order of the products.
    validity : ndarray of uint16, shape (rows, columns)
        Number of valid observations of each pixel, over all sensors but radar; of radar where there is no other.

    Raises
    ------
    InputError
        If products are invalid (all in one message) and not to be skipped; if nothing is left; if most products that
        are cut to tiles are on another grid than the tile's; if values of bands do not fit into what is stored.
    """
    found = find_acquisitions(settings, tile, period, grid)
    notes = Notes() if notes is None else notes
    placed = [one for one in found.acquisitions if one.cut not in ("swath", "mosaic")]
    least = {sensor: one.minimum_valid_fraction for sensor, one in settings.items()}
    with OpenFiles(grid) as files:
        inspections = inspected(placed, files)
        good, broken = usable(inspections, grid)
        seen_by_radar = swaths.survey(settings, _of_cut(found, "swath"), grid, least)
        annual = mosaics.survey(settings, _of_cut(found, "mosaic"), grid, least, values, notes)
        left_out = [*found.left_out, *broken, *seen_by_radar.left_out, *annual.left_out]
        shown = [*good, *seen_by_radar.acquisitions, *annual.acquisitions]
        _check_bad(tile, left_out, bool(shown), on_bad_product)
        _check_seen(settings, tile, shown, left_out)
        finest = {acquisition: inspection.finest for acquisition, inspection in inspections.items()}
        if finest:
            tile_grids.check_unchanged(tile, finest, grid, wanted)
        notes.texts += _without_indices(settings)
        notes.texts += [*seen_by_radar.notes, *annual.notes, *clear_counts.notes_of_masks(good, inspections)]
        with_scale = [sensor for sensor, one in settings.items() if "scale" in type(one).model_fields]
        seen = clear_counts.with_hidden_pixels(good, inspections)
        good, unread = value_checks.checked(seen, files, values, with_scale, threads, notes)
        left_out += [broken_record(one, error) for one, error in unread.items()]
        optical = [sensor for sensor, one in settings.items() if not one.is_radar]
        validity, records = clear_counts.count_clear(good, files, threads, least, optical or settings)
    validity += annual.validity if optical else seen_by_radar.validity
    records = [*records, *seen_by_radar.records, *annual.records]
    good = [*good, *seen_by_radar.acquisitions, *annual.acquisitions]
    all_records = [*records, *left_out]
    _check_bad(tile, all_records, any(not record.problem or record.filtered for record in records), on_bad_product)
    used = [one for one, record in zip(good, records, strict=True) if not record.problem]
    order = {sensor: rank for rank, sensor in enumerate(settings)}
    ordered = sorted(all_records, key=lambda record: (order[record.sensor], record.date, record.product))
    _check_seen(settings, tile, used, ordered)
    return used, ordered, validity


def _without_indices(settings: Mapping[str, SensorSettings]) -> list[str]:
    """Return a note on each sensor of which no index can be made, since nothing says which band is red."""
    return [
        f"sensors.{sensor}: no band has a letter in `common_names`, so that there are no indices (as NDVI) of it; "
        "expressions in `features` need none"
        for sensor, one in settings.items()
        if not (one.is_radar or one.is_annual or sensors.common_names(one))
    ]


def _of_cut(found: Found, cut: str) -> list[Acquisition]:
    return [one for one in found.acquisitions if one.cut == cut]


def _check_bad(tile: str, records: Sequence[AcquisitionRecord], some_good: bool, on_bad_product: str) -> None:
    """Raise if products are invalid, unless they may be skipped and others are left: not for faults of the system."""
    rejected = [record for record in records if record.problem and not record.filtered]
    fault = next(filter(None, (advice(record.problem) for record in rejected)), "")
    if rejected and (fault or on_bad_product == "stop" or not some_good):
        remedy = "replace them, or skip them with `on_bad_product: skip`"
        raise InputError(
            _refusal(tile, rejected, fault or (remedy if some_good else "do the sensor's settings match them?"))
        )


def _check_seen(
    settings: Mapping[str, SensorSettings],
    tile: str,
    used: Sequence[Acquisition],
    records: Sequence[AcquisitionRecord],
) -> None:
    """Raise if a required sensor, or every sensor, has no acquisition left of a tile."""
    missing = [sensor for sensor in settings if sensor not in {one.sensor for one in used}]
    lines = []
    for sensor in missing:
        if settings[sensor].required or not used:
            counts = Counter(record.status for record in records if record.sensor == sensor and record.problem)
            left_out = f"{counts['filtered']} left out by filters, {counts['skipped']} skipped"
            line = f"sensors.{sensor}: no usable product of tile {tile}, {left_out}."
            lines.append(line + (_way_out(sensor) if used else ""))
    if lines:
        raise InputError("\n".join(lines))


def unseen_by(settings: Mapping[str, SensorSettings], records: Sequence[AcquisitionRecord]) -> list[str]:
    """Return the sensors without used acquisitions."""
    seen = {record.sensor for record in records if not record.problem}
    return [sensor for sensor in settings if sensor not in seen]
