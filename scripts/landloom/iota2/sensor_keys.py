"""Keys of iota2 about sensors: archives, bands, rasters of the user's own, radar, co-registration."""

import configparser
import re
from dataclasses import dataclass
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.text import shortened
from landloom.iota2 import places
from landloom.iota2.translation import Translation

_SENTINEL2 = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")
_LANDSAT8 = ("coastal", "blue", "green", "red", "nir08", "swir16", "swir22")


@dataclass(frozen=True)
class Family:
    """A sensor of iota2.

    Attributes
    ----------
    path : str
        Key of its archive.
    section : str
        Its section in iota2's file.
    name, kind : str
        Its name, and its type, in landloom.
    bands : tuple of str
        Bands of iota2's stack by landloom's names: `b1`, `b2` ... of expressions.
    numbered : tuple of str
        The same as iota2 names them.
    step_days : int
        Days between two output dates where a file of 2020 does not say.
    """

    path: str
    section: str
    name: str
    kind: str
    bands: tuple[str, ...]
    numbered: tuple[str, ...]
    step_days: int = 10

    @property
    def own_dates(self) -> bool:
        """Return whether output dates are those of the products, as of monthly syntheses."""
        return self.kind == "sentinel2_l3a"

    def band(self, name: str) -> str | None:
        """Return landloom's name of a band; None of one that the sensor lacks."""
        plain = name.upper().replace("B0", "B")
        return dict(zip(self.numbered, self.bands, strict=True)).get(plain)


_ONE_TO_SEVEN = tuple(f"B{number}" for number in range(1, 8))
_OF_TM = ("B1", "B2", "B3", "B4", "B5", "B7")

FAMILIES = (
    Family("L5Path_old", "Landsat5_old", "landsat5_old", "landsat_theia_old", _LANDSAT8[1:], _OF_TM, 16),
    Family("L8Path", "Landsat8", "landsat8", "landsat8_theia", _ONE_TO_SEVEN, _ONE_TO_SEVEN, 16),
    Family("L8Path_old", "Landsat8_old", "landsat8_old", "landsat_theia_old", _LANDSAT8, _ONE_TO_SEVEN, 16),
    Family("S2Path", "Sentinel_2", "sentinel2", "sentinel2_theia", _SENTINEL2, _SENTINEL2),
    Family("S2_S2C_Path", "Sentinel_2_S2C", "sentinel2_s2c", "sentinel2_sen2cor", _SENTINEL2, _SENTINEL2),
    Family("S2_L3A_Path", "Sentinel_2_L3A", "sentinel2_l3a", "sentinel2_l3a", _SENTINEL2, _SENTINEL2),
    Family("l8_usgs_path", "Landsat8_usgs", "landsat8_usgs", "landsat_c2", _LANDSAT8, _ONE_TO_SEVEN, 10),
    Family(
        "l8_usgs_optical_path",
        "Landsat8_usgs_optical",
        "landsat8_usgs_optical",
        "landsat_c2",
        _LANDSAT8,
        _ONE_TO_SEVEN,
    ),
    Family(
        "l8_usgs_thermal_path", "Landsat8_usgs_thermal", "landsat8_usgs_thermal", "landsat_c2", ("thermal",), ("B10",)
    ),
)
"""In the order in which iota2 stacks them."""


def translate(one: Translation) -> list[Family]:
    """Answer these keys; return the sensors that have an archive."""
    found = [family for family in FAMILIES if _archive(one, family)]
    if given := one.take("l8_usgs_infrared_path"):
        one.missing(given, "Level-1 images have no reader of their own; a sensor `type: series` can describe them")
    _radar(one)
    _rasters(one)
    if not one.content.get("sensors"):
        one.lacking("sensors", "the file has no archive of images")
    elif found:
        for family in found:
            one.default("resampling of bands", f"sensors.{family.name}.resampling", "cubic", "as in iota2")
    _coregistration(one, found)
    return found


def _archive(one: Translation, family: Family) -> bool:
    given = one.take(family.path)
    if given is None:
        return False
    place = f"sensors.{family.name}"
    one.put(f"{place}.type", family.kind)
    how = "masks of QA_PIXEL and QA_RADSAT are read, too" if family.kind == "landsat_c2" else ""
    folder = one.found(given.text)
    if folder and (problem := places.missing_tiles(folder, one.content.get("tiles", []))):
        one.put(f"{place}.archive", one.path(given.text))
        one.missing(given, f"`{place}.archive`: {problem}")
    else:
        one.file(given, f"{place}.archive", how)
    if family.kind.startswith("landsat_"):
        one.put(f"{place}.bands", list(family.bands))
    return True


def _radar(one: Translation) -> None:
    """Translate the file of its own that Sentinel-1 has."""
    given = one.take("S1Path")
    if given is None:
        return
    path = one.found(given.text)
    try:
        if path is None:
            raise InputError(f"{one.absent(given.text)}; docs/radar.md has the section `sentinel1_grd`")
        section = _radar_section(one, path)
    except InputError as error:
        one.missing(given, str(error))
        return
    for direction in ("ascending", "descending"):
        one.put(f"sensors.sentinel1_{direction}", {**section, "pass": direction})
    if gone := [problem for key in ("archive", "dem", "heights") if (problem := one.absent(str(section[key])))]:
        one.missing(given, f"`sensors.sentinel1_ascending` and `sentinel1_descending`: {'; '.join(gone)}")
        return
    one.told(
        given,
        "`sensors.sentinel1_ascending` and `sentinel1_descending`; terrain-flattened gamma nought in dB, gaps filled "
        "by pass and not by orbit; `heights` must be a raster of the geoid that GDAL reads",
    )


def _radar_section(one: Translation, path: Path) -> dict[str, object]:
    """Return the keys that both passes share, of an ini file."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(read_limited(path, 2**20).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise InputError(f"{path}: cannot be read ({' '.join(str(error).split())})") from None
    values = {key: parser.get("Paths", key, fallback="") for key in ("S1Images", "SRTM", "GeoidFile")}
    absent = [key for key, value in values.items() if not value]
    if absent:
        raise InputError(f"{path}: section `Paths` lacks {', '.join(absent)}")
    is_multi = parser.get("Processing", "FilteringMode", fallback="multi").strip().lower() == "multi"
    radius, step = (
        parser.get(section, key, fallback=str(otherwise)).strip()
        for section, key, otherwise in (("Filtering", "Window_radius", 2), ("Processing", "TemporalResolution", 10))
    )
    if not all(re.fullmatch("[0-9]{1,6}", text) for text in (radius, step)):
        raise InputError(f"{path}: Window_radius and TemporalResolution must be whole numbers")
    return {
        "type": "sentinel1_grd",
        "archive": one.path(values["S1Images"]),
        "dem": one.path(values["SRTM"]),
        "heights": one.path(values["GeoidFile"]),
        "step_days": int(step),
        "filter": {"method": "quegan_yu" if is_multi else "lee", "radius": int(radius)},
    }


def _rasters(one: Translation) -> None:
    """Translate rasters without dates, which iota2 finds by tile and pattern."""
    given = one.take("userFeatPath")
    if given is None:
        return
    arbo, patterns = one.take("arbo", "userFeat"), one.take("patterns", "userFeat")
    wanted = [text.strip() for text in (patterns.text if patterns else "ALT,ASP,SLP").split(",")]
    tiles, folder = one.content.get("tiles", []), one.found(given.text)
    try:
        if folder is None or not tiles:
            why = one.absent(given.text) or "the file names no tiles"
            raise InputError(f"{why}, so that files of {', '.join(f'`{name}`' for name in wanted)} cannot be named")
        for pattern in wanted:
            _raster(one, folder, tiles, arbo.text if arbo else "/*", pattern)
    except InputError as error:
        one.missing(given, f"{error}; give `rasters`")
        one.unneeded_all((arbo, patterns), "of `userFeatPath`, whose files cannot be named")
        return
    one.told(given, "`rasters`, one for each band; whole numbers from -9999 to 32767: give `scale` for fractions")
    for part in (arbo, patterns):
        if part:
            one.told(part, "files are named in `rasters`")


def _raster(one: Translation, folder: Path, tiles: list[str], arbo: str, pattern: str) -> None:
    """Set the rasters of one pattern, a band each."""
    files = {tile: _file_of(folder, tile, arbo, pattern) for tile in tiles}
    of_tile = {str(path).replace(tile, "{tile}") for tile, path in files.items()}
    if len(of_tile) != 1:
        raise InputError(f"files of `{pattern}` differ by more than the tile's name: {sorted(of_tile)}")
    bands = _bands_of(next(iter(files.values())))
    for number in range(1, bands + 1):
        name = pattern if bands == 1 else f"{pattern}_band_{number - 1}"
        content = {"file": next(iter(of_tile)), "number": number, "resampling": "cubic"}
        one.put(f"rasters.{name}", content)


def _bands_of(path: Path) -> int:
    """Return how many bands a raster has."""
    from rasterio.errors import RasterioIOError

    from landloom.geo.opening import raster_doors

    try:
        with raster_doors.opened(path) as dataset:
            return int(dataset.count)
    except RasterioIOError as error:
        raise InputError(f"{path}: cannot be opened ({error})") from None


def _file_of(folder: Path, tile: str, arbo: str, pattern: str) -> Path:
    """Return the file of a tile whose name holds a pattern, the first of several as in iota2."""
    below = [folder / name for name in places.names_in(folder) if (folder / name).is_dir() and tile in name]
    if ".." in Path(arbo).parts:
        raise InputError(f"arbo `{shortened(arbo)}` leads out of the tile's folder")
    try:
        files = [path for place in below for path in sorted(place.glob(arbo.lstrip("/"))) if pattern in path.name]
    except (ValueError, OSError) as error:
        raise InputError(f"arbo `{shortened(arbo)}` is no pattern ({error})") from None
    if not files:
        raise InputError(f"no file of `{pattern}` below a folder of {tile} in {folder}")
    return files[0]


def _coregistration(one: Translation, families: list[Family]) -> None:
    """Translate the shift of images onto a reference image."""
    section = "coregistration"
    given = one.take("VHRPath", section)
    if given is None:
        return
    rank, source, shift = (one.take(name, section) for name in ("bandRef", "bandSrc", "prec"))
    places = [f"sensors.{family.name}.coregistration" for family in families]
    band = int(source.number) if source else 3
    for family, place in zip(families, places, strict=True):
        number = max(1, min(band, len(family.bands)))
        content = {"reference": one.path(given.text), "band": family.bands[number - 1]}
        one.put(place, content | {"reference_band": rank.value if rank else 1})
        one.put(f"{place}.largest_shift_px", float(shift.number) if shift else 3.0)
    if problem := one.absent(given.text):
        one.missing(given, f"`reference` of the `coregistration` of each sensor: {problem}")
    else:
        one.told(given, "`coregistration` of each sensor: one shift for each image, by correlation instead of SIFT")
    for part, text in ((rank, "reference_band"), (source, "band"), (shift, "largest_shift_px")):
        if part:
            one.same(part, f"`coregistration.{text}`")
    one.unneeded_section(section, "every image is compared with the reference, many patches of each")
