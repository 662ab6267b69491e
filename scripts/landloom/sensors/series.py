"""Any series of raster files that the configuration describes: file patterns, bands, mask, scaling."""

import datetime
import re
from glob import escape
from pathlib import Path

from landloom.errors import InputError
from landloom.sensors.base import (
    REFLECTANCE_SCALE,
    Acquisition,
    Inventory,
    Mask,
    Product,
    RasterBand,
    parse_date,
)
from landloom.series_settings import SeriesBand, SeriesSettings

_DIGITS = {
    "Y": r"\d{4}",
    "m": r"\d\d",
    "d": r"\d\d",
    "H": r"\d\d",
    "M": r"\d\d",
    "S": r"\d\d",
    "j": r"\d{3}",
    "y": r"\d\d",
    "%": "%",
}


def find(
    settings: SeriesSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the acquisitions of a tile within a period: one for each date (and time) in a file name.

    A date of which only some band or the mask is there counts too: :func:`describe` tells what it lacks.
    """
    patterns = [_band_pattern(settings, band).replace("{band}", band) for band in settings.bands]
    patterns += [settings.mask.file.replace("{band}", "mask")] if settings.mask else []
    found: dict[str, list[str]] = {}
    for pattern in dict.fromkeys(patterns):
        for stamp, path in _one_a_date(_files(settings, pattern, tile, "", inventory)).items():
            found.setdefault(stamp, []).append(path)
    dated = [(parse_date(stamp, settings.date_format), stamp, files) for stamp, files in found.items()]
    return sorted(
        Product(date, stamp, files[0], tuple(files)) for date, stamp, files in dated if date and start <= date <= end
    )


def common_names(settings: SeriesSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return dict(settings.common_names)


def _one_a_date(files: list[tuple[str, str]]) -> dict[str, str]:
    """Return the file of each date.

    Raises
    ------
    InputError
        Where a date has two.
    """
    by_stamp: dict[str, str] = {}
    for stamp, path in files:
        if stamp in by_stamp:
            raise InputError(
                f"{by_stamp[stamp]} and {path}: two files of one date {stamp}; keep one, or tell them apart in `file`"
            )
        by_stamp[stamp] = path
    return by_stamp


def describe(settings: SeriesSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of one date: bands as described, and the mask."""
    bands = tuple((band, _band(settings, tile, product.name, band)) for band in settings.bands)
    masks = (_mask(settings, tile, product.name),) if settings.mask else ()
    return Acquisition(sensor, tile, product.date, product.name, bands, masks, masks_cover_nodata=False)


def _band(settings: SeriesSettings, tile: str, stamp: str, band: str) -> RasterBand:
    given = settings.bands[band]
    number = given.number if isinstance(given, SeriesBand) else given
    path = _one_file(settings, _band_pattern(settings, band), tile, band, stamp)
    gain, shift = settings.scale * REFLECTANCE_SCALE, settings.offset * REFLECTANCE_SCALE
    return RasterBand(path, number, gain, shift, settings.nodata)


def _mask(settings: SeriesSettings, tile: str, stamp: str) -> Mask:
    assert settings.mask is not None
    path = _one_file(settings, settings.mask.file, tile, "mask", stamp)
    return Mask(
        RasterBand(path, settings.mask.number),
        invalid_bits=sum(1 << bit for bit in set(settings.mask.invalid_bits)),
        invalid_values=tuple(settings.mask.invalid_values),
        valid_values=tuple(settings.mask.valid_values),
    )


def _band_pattern(settings: SeriesSettings, band: str) -> str:
    given = settings.bands[band]
    own = given.file if isinstance(given, SeriesBand) else None
    return own or settings.file


def _one_file(settings: SeriesSettings, pattern: str, tile: str, band: str, stamp: str) -> str:
    """Return the only file of a pattern, tile, band and date."""
    filled = pattern.replace("{date}", stamp)
    found = [path for _, path in _files(settings, filled, tile, band, Inventory())]
    if len(found) != 1:
        problem = "no file" if not found else f"{len(found)} files"
        raise InputError(f"{settings.archive}: {problem} for `{filled}` (tile {tile}, band {band}, date {stamp})")
    return found[0]


def _files(
    settings: SeriesSettings, pattern: str, tile: str, band: str, inventory: Inventory
) -> list[tuple[str, str]]:
    """Return (date, path) of the files that fit a pattern, sorted by path."""
    archive = Path(settings.archive)
    if not archive.is_dir():
        raise InputError(f"archive {archive}: cannot be listed (no such folder)")
    parts = re.split(r"(\{tile\}|\{band\}|\{date\}|\*)", pattern)
    known = {"{tile}": "{tile}", "{band}": escape(band), "{date}": "*", "*": "*"}
    wanted = {"{tile}": re.escape(tile), "{band}": re.escape(band), "*": "[^/]*"}
    wanted["{date}"] = f"(?P<date>{_date_expression(settings.date_format)})"
    shell = "".join(known.get(part, escape(part)) for part in parts)
    expression = re.compile("".join(wanted.get(part, re.escape(part)) for part in parts))
    found = []
    for name in inventory.files(archive, shell, tile):
        match = expression.fullmatch(name)
        if match:
            found.append((match.groupdict().get("date", ""), str(archive / name)))
    return found


def _date_expression(style: str) -> str:
    """Return a regular expression for dates of a strptime format."""
    parts = re.split(r"%(.)", style)
    literals = [re.escape(part) for part in parts[::2]]
    codes = [_DIGITS.get(code, r"\w+") for code in parts[1::2]] + [""]
    return "".join(literal + code for literal, code in zip(literals, codes, strict=True))
