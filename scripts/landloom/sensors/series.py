"""User-described series of raster files: file patterns, bands, mask, scaling.

If files hold all dates as bands (`dates`), each date is a separate product of the same files.
"""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from glob import escape
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.core.text import shortened
from landloom.sensors import inventory as inventories
from landloom.sensors import stacks, time_axes
from landloom.sensors.acquisition import Acquisition, Mask, Product, RasterBand, file_scaling
from landloom.sensors.inventory import Inventory, parse_date
from landloom.sensors.product_files import MOST_TEXT
from landloom.sensors.series_settings import (
    DEFAULT_DATE_FORMAT,
    DEFAULT_SCALE,
    TIME_AXIS,
    SeriesSettings,
)

SECTION = SeriesSettings

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

_STAR = "[^/]*"
_NO_CUT = r"(?:(?<!\d)|(?!\d))"
"""Position that is not between two digits."""


def find(
    settings: SeriesSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the acquisitions of a tile within a period: one for each date (and time) in a file name.

    A date with missing bands or without mask counts too: :func:`describe` reports what is missing.

    Raises
    ------
    InputError
        If a matching file has no date, or a date has two files; if files of several dates are incomplete, or their
        dates cannot be read.
    """
    if settings.dates is not None:
        return _find_stacked(settings, tile, start, end, inventory)
    patterns = [settings.place_of(band)[0].replace("{band}", band) for band in settings.bands]
    patterns += [settings.mask.file.replace("{band}", "mask")] if settings.mask else []
    found: dict[str, list[str]] = {}
    for pattern in dict.fromkeys(patterns):
        for stamp, path in _one_a_date(_files(settings, pattern, tile, "", inventory)).items():
            found.setdefault(stamp, []).append(path)
    dated = [(_date_of(stamp, files[0], settings), stamp, files) for stamp, files in found.items()]
    return sorted(
        Product(date, stamp, files[0], tuple(files)) for date, stamp, files in dated if start <= date <= end
    )


def _date_of(stamp: str, path: str, settings: SeriesSettings) -> datetime.date:
    date = parse_date(stamp, settings.date_format)
    if date is None:
        raise InputError(
            f"{path}: `{stamp}` does not match `date_format: {settings.date_format}`; correct the name or the "
            "pattern, or remove the file"
        )
    return date


def _find_stacked(
    settings: SeriesSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the dates within a period of files that hold all dates; empty if there is no such file."""
    sources = {band: settings.place_of(band)[0] for band in settings.bands}
    sources |= {"mask": settings.mask.file} if settings.mask else {}
    if not any(_files(settings, pattern, tile, name, inventory) for name, pattern in sources.items()):
        return []
    paths = sorted({_one_file(settings, pattern, tile, name, "") for name, pattern in sources.items()})
    files = (*paths, *_dates_file(settings, tile))
    return sorted(
        Product(date, date.isoformat(), files[0], files) for date in dates_of(settings, tile) if start <= date <= end
    )


def dates_of(settings: SeriesSettings, tile: str) -> list[datetime.date]:
    """Return the dates of the bands of a tile's files.

    Raises
    ------
    InputError
        If they cannot be read, or one is given twice.
    """
    if settings.dates == TIME_AXIS:
        return _dates_of_time_axis(settings, tile)
    if not isinstance(settings.dates, str):
        return list(settings.dates or ())
    (path,) = _dates_file(settings, tile)
    try:
        text = read_limited(path, MOST_TEXT).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    dates = [_date_of_line(line, settings.date_format) for line in lines]
    odd = [line for line, date in zip(lines, dates, strict=True) if date is None]
    if odd or not dates:
        example = f"`{shortened(odd[0])}` is no date" if odd else "is empty"
        raise InputError(
            f"{path}: {example}; one date per line is needed, in the format `date_format: {settings.date_format}`"
        )
    twice = sorted(date for date, count in Counter(dates).items() if date and count > 1)
    if twice:
        raise InputError(f"{path}: {twice[0]} is given twice")
    return [date for date in dates if date]


def _dates_of_time_axis(settings: SeriesSettings, tile: str) -> list[datetime.date]:
    """Return the days of the time axis of a tile's files, which all have the same."""
    bands = [_band(settings, tile, "", band) for band in settings.bands]
    first, *others = bands
    days = time_axes.days_of(first)
    for other in others:
        if time_axes.days_of(other) != days:
            raise InputError(
                f"{first.path} and {other.path}: the time axes of {first.variable} and {other.variable} "
                "differ; the bands of a section need the same dates"
            )
    twice = sorted(date for date, count in Counter(days).items() if count > 1)
    if twice:
        raise InputError(f"{first.path}: the time axis has {twice[0]} twice; one observation a day is read")
    return days


def _date_of_line(line: str, style: str) -> datetime.date | None:
    if style == DEFAULT_DATE_FORMAT and re.fullmatch(r"\d{4}-\d\d-\d\d", line, re.ASCII):
        style = "%Y-%m-%d"
    return parse_date(line, style)


def _dates_file(settings: SeriesSettings, tile: str) -> list[str]:
    """Return the file with the dates, if there is one."""
    listed = isinstance(settings.dates, str) and settings.dates != TIME_AXIS
    return [str(settings.dates).replace("{tile}", tile)] if listed else []


def there(settings: SeriesSettings) -> str:
    """Return what an archive holds, as a hint where a tile has no product."""
    return inventories.told(settings.archive, settings.place_of(next(iter(settings.bands)))[0], settings.date_format)


def problems(settings: SeriesSettings, tiles: Sequence[str]) -> list[str]:
    """Return messages for an unknown CRS, an archive of other files, and files of dates that cannot be read."""
    found: dict[str, None] = dict.fromkeys(_problems_of_crs(settings))
    for pattern in dict.fromkeys(settings.place_of(band)[0].replace("{band}", band) for band in settings.bands):
        if problem := inventories.foreign(settings.archive, pattern):
            found[f"file: {problem}"] = None
    for tile in tiles if settings.dates and settings.dates != TIME_AXIS else ():
        try:
            dates_of(settings, tile)
        except InputError as error:
            found[f"dates: {error}"] = None
    return list(found)


def _problems_of_crs(settings: SeriesSettings) -> list[str]:
    from pyproj import CRS  # families of products start light
    from pyproj.exceptions import CRSError

    try:
        CRS.from_user_input(settings.crs or "EPSG:4326")
    except CRSError:
        return [f"crs: `{settings.crs}` is not a coordinate reference system; write e.g. EPSG:32631"]
    return []


def common_names(settings: SeriesSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return dict(settings.common_names)


def _one_a_date(files: list[tuple[str, str]]) -> dict[str, str]:
    """Return the file of each date.

    Raises
    ------
    InputError
        If a date has two.
    """
    by_stamp: dict[str, str] = {}
    for stamp, path in files:
        if stamp in by_stamp:
            raise InputError(
                f"{by_stamp[stamp]} and {path}: two files of one date {stamp}; keep one, or refine `file`"
            )
        by_stamp[stamp] = path
    return by_stamp


def describe(settings: SeriesSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of one date: bands as described, and the mask."""
    if settings.dates is not None:
        return _describe_stacked(settings, sensor, tile, product)
    bands = tuple((band, _band(settings, tile, product.name, band)) for band in settings.bands)
    masks = (_mask(settings, tile, product.name),) if settings.mask else ()
    return Acquisition(sensor, tile, product.date, product.name, bands, masks, masks_cover_nodata=False)


def _describe_stacked(settings: SeriesSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the bands of one date from files that hold all dates."""
    dates = dates_of(settings, tile)
    firsts = {band: _band(settings, tile, "", band) for band in settings.bands}
    if settings.mask:
        firsts[stacks.MASK] = _mask(settings, tile, "").source
    found = stacks.bands_of_date(settings, firsts, len(dates), dates.index(product.date))
    bands = tuple((band, found[band]) for band in settings.bands)
    masks = (Mask.by(settings.mask, found[stacks.MASK]),) if settings.mask else ()
    return Acquisition(
        sensor, tile, product.date, product.name, bands, masks, False, tuple(_dates_file(settings, tile))
    )


def _band(settings: SeriesSettings, tile: str, stamp: str, band: str) -> RasterBand:
    pattern, variable, number = settings.place_of(band)
    path = _one_file(settings, pattern, tile, band, stamp)
    scale, offset, ignored = settings.scale, settings.offset, settings.file_scaling == "ignore"
    return RasterBand(
        path,
        number,
        (DEFAULT_SCALE if scale is None else scale) * REFLECTANCE_SCALE,
        (offset or 0.0) * REFLECTANCE_SCALE,
        () if settings.nodata is None else (settings.nodata,),
        variable=variable,
        crs=settings.crs or "",
        file_scale=file_scaling(scale, ignored),
        file_offset=file_scaling(offset, ignored),
    )


def _mask(settings: SeriesSettings, tile: str, stamp: str) -> Mask:
    assert settings.mask is not None
    path = _one_file(settings, settings.mask.file, tile, "mask", stamp)
    variable = settings.mask.variable.replace("{band}", "mask")
    return Mask.by(settings.mask, RasterBand(path, settings.mask.number, variable=variable, crs=settings.crs or ""))


def _one_file(settings: SeriesSettings, pattern: str, tile: str, band: str, stamp: str) -> str:
    """Return the single file of a pattern, tile, band and date."""
    filled = pattern.replace("{date}", stamp)
    found = [path for _, path in _files(settings, filled, tile, band, Inventory())]
    if len(found) != 1:
        problem = "no file" if not found else f"{len(found)} files"
        of_date = f", date {stamp}" if stamp else ""
        raise InputError(f"{settings.archive}: {problem} for `{filled}` (tile {tile}, band {band}{of_date})")
    return found[0]


def _files(
    settings: SeriesSettings, pattern: str, tile: str, band: str, inventory: Inventory
) -> list[tuple[str, str]]:
    """Return (date, path) of the files that match a pattern, sorted by path."""
    archive = Path(settings.archive)
    if not archive.is_dir():
        raise InputError(f"archive {archive}: cannot be listed (no such folder)")
    parts = re.split(r"(\{tile\}|\{band\}|\{date\}|\*)", pattern)
    known = {"{tile}": "{tile}", "{band}": escape(band), "{date}": "*", "*": "*"}
    wanted = {"{tile}": re.escape(tile), "{band}": re.escape(band), "*": _STAR}
    shell = "".join(known.get(part, escape(part)) for part in parts)
    dated = _date_expression(settings.date_format)
    wanted["{date}"] = f"(?P<date>{dated})"
    text = "".join(wanted.get(part, re.escape(part)) for part in parts)
    first, *others = text.split(wanted["{date}"])
    if others:  # a second date must be the same
        text = first + wanted["{date}"] + "(?P=date)".join(others)
    # An isolated date comes first; otherwise the date would include adjacent digits and be invalid.
    expressions = [_without_cut_numbers(text, dated, digits) for digits in ("", r"\d*")]
    found = []
    for name in inventory.files(archive, shell, tile):
        match = next(filter(None, (expression.fullmatch(name) for expression in expressions)), None)
        if match:
            found.append((match.groupdict().get("date", ""), str(archive / name)))
    return found


def _without_cut_numbers(text: str, dated: str, digits: str) -> re.Pattern[str]:
    """Return an expression in which a star beside the date cannot split a number.

    Parameters
    ----------
    text : str
        Expression that may split numbers.
    dated : str
        Part of it for the date.
    digits : str
        Expression for the adjacent digits that the date includes.
    """
    text = text.replace(f"{_STAR}(?P<date>", f"{_STAR}{_NO_CUT}(?P<date>{digits}")
    return re.compile(text.replace(f"{dated}){_STAR}", f"{dated}{digits}){_NO_CUT}{_STAR}"))


def _date_expression(style: str) -> str:
    """Return a regular expression for dates of a strptime format."""
    parts = re.split(r"%(.)", style)
    literals = [re.escape(part) for part in parts[::2]]
    codes = [_DIGITS.get(code, r"\w+") for code in parts[1::2]] + [""]
    return "".join(literal + code for literal, code in zip(literals, codes, strict=True))
