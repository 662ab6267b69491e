"""Names of coordinate reference systems: one name for one system, however a file spells it.

Grids compare their CRS by its name. The same system comes as a code, as WKT with and without codes (GCTP's "Unknown
datum based upon the WGS 84 ellipsoid" of HLS and MODIS), as PROJJSON or a PROJ string, with either order of axes, or
with a height. Systems that differ in the datum, the projection or one of its numbers have different names.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

WGS84_ELLIPSOID = (6378137.0, 298.257223563)
_FLATTENING_TOLERANCE = 1e-7
"""Of the inverse flattening: those of WGS 84 and GRS 80 differ by 1.5e-6."""

SAME_PLACE_M = 1e-3
"""Farthest that two transformations of one point are apart if they are the same, in metres."""

_UNSPECIFIED = re.compile(r"(d_)?(unknown|not[_ ]specified|unnamed|undefined|user[_ ]defined|custom)", re.I)
"""Beginning of names of datums of which only the ellipsoid is known."""

UNKNOWN = "unknown"
"""Name of a datum of which only the ellipsoid is known."""

_LEAST_CONFIDENCE = 25
"""Of PROJ that a code may be meant; each is compared by its numbers."""

_LABELS = ("$schema", "id", "ids", "scope", "area", "bbox", "usages", "remarks", "deformation_models", "anchor")
"""Parts of PROJJSON that do not say where a place is."""

Json = dict[str, Any]


@cache
def crs_name(text: str) -> str:
    """Return ``EPSG:n`` if a CRS has a code, else its WKT in one spelling."""
    crs = _horizontal(CRS.from_user_input(text))
    if not _has_plain_form(crs):
        code = crs.to_epsg()
        return f"EPSG:{code}" if code else crs.to_wkt()
    plain = _plain(crs)
    one_spelling = CRS.from_json_dict(plain)
    # Many codes fit an ellipsoid without a datum: only the one that the file's own words mean.
    others = [] if _datum_of(plain)["name"] == UNKNOWN else [one_spelling]
    # Each is compared: a file may give a code and other numbers.
    code = next((code for code in _possible_codes(crs, *others) if _is_of_code(plain, code)), None)
    return f"EPSG:{code}" if code else str(one_spelling.to_wkt())


def _possible_codes(crs: CRS, *others: CRS) -> Iterator[int]:
    """Yield the code that a CRS gives, then those that PROJ finds for other spellings of it, slowly."""
    if code := crs.to_epsg():
        yield code
    for other in others:
        if code := other.to_epsg():
            yield code
    for one in (crs, *others) if others else ():
        yield from (int(found.code) for found in one.list_authority("EPSG", _LEAST_CONFIDENCE))


def _horizontal(crs: CRS) -> CRS:
    """Return a CRS without its height, and without a transformation to WGS 84 that changes nothing."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.is_bound and crs.source_crs and _same_places(crs, crs.source_crs):
        crs = crs.source_crs
    return crs if len(crs.axis_info) == 2 else crs.to_2d()


def _same_places(one: CRS, other: CRS) -> bool:
    """Return whether two CRSs with the same projection give the same places on WGS 84."""
    try:
        to_one, to_other = (Transformer.from_crs(crs, "EPSG:4326", always_xy=True) for crs in (one, other))
        back = Transformer.from_crs("EPSG:4326", other, always_xy=True)
    except ProjError:
        return False
    middle = np.array(to_other.transform(500_000.0, 4_000_000.0) if other.is_projected else (3.0, 45.0))
    x, y = back.transform(*(middle + np.array([[0, 0], [1, 0], [0, 1]])).T)
    apart = np.array(to_one.transform(x, y)) - np.array(to_other.transform(x, y))
    return bool(np.isfinite(apart).all() and np.abs(apart).max() * 111_320 < SAME_PLACE_M)


def _has_plain_form(crs: CRS) -> bool:
    """Return whether a CRS is projected or geographic: not bound to another, rotated, or of a building site."""
    return crs.to_json_dict()["type"] in ("ProjectedCRS", "GeographicCRS")


def _plain(crs: CRS) -> Json:
    """Return a projected or geographic CRS as PROJJSON in one spelling: what says where a place is, and no more."""
    full = crs.to_json_dict()
    if crs.is_geographic:
        return _geographic(full)
    base = _geographic(full["base_crs"])
    conversion = _without_labels(full["conversion"])
    method = full["conversion"]["method"]
    conversion |= {"name": method["name"], "method": method}
    parameters = [_parameter(one) for one in full["conversion"].get("parameters", [])]
    conversion["parameters"] = sorted(parameters, key=lambda one: str(one["name"]))
    unit = full["coordinate_system"]["axis"][0].get("unit", "metre")
    axes = [_axis("Easting", "E", "east", unit), _axis("Northing", "N", "north", unit)]
    system = {"subtype": "Cartesian", "axis": axes}
    return {
        "type": "ProjectedCRS",
        "name": f"{base['name']} / {method['name']}",
        "base_crs": base,
        "conversion": conversion,
        "coordinate_system": system,
    }


def _geographic(full: Json) -> Json:
    datum = _datum(full.get("datum") or full["datum_ensemble"])
    unit = full.get("coordinate_system", {}).get("axis", [{}])[0].get("unit", "degree")
    axes = [_axis("Geodetic latitude", "Lat", "north", unit), _axis("Geodetic longitude", "Lon", "east", unit)]
    return {
        "type": "GeographicCRS",
        "name": datum["name"],
        "datum": datum,
        "coordinate_system": {"subtype": "ellipsoidal", "axis": axes},
    }


def _datum(full: Json) -> Json:
    """Return a datum; one of which only the ellipsoid of WGS 84 is known is WGS 84."""
    ellipsoid = _ellipsoid(full["ellipsoid"])
    name = re.sub(r" ensemble$", "", full["name"])
    if _UNSPECIFIED.match(name):
        name = "World Geodetic System 1984" if _is_of_wgs84(ellipsoid) else UNKNOWN
    plain = {"type": "GeodeticReferenceFrame", "name": name, "ellipsoid": ellipsoid}
    meridian = full.get("prime_meridian")
    if meridian and meridian.get("longitude"):
        plain["prime_meridian"] = _without_labels(meridian)
    return plain


def _ellipsoid(full: Json) -> Json:
    """Return an ellipsoid by its axis and inverse flattening; a sphere by its radius."""
    if "radius" in full:
        return {"name": UNKNOWN, "radius": _rounded(_metres(full["radius"]))}
    major, minor = _metres(full["semi_major_axis"]), _metres(full.get("semi_minor_axis", full["semi_major_axis"]))
    inverse = float(full.get("inverse_flattening", 0)) or (major / (major - minor) if minor != major else 0.0)
    if not inverse:
        return {"name": UNKNOWN, "radius": _rounded(major)}
    return {"name": UNKNOWN, "semi_major_axis": _rounded(major), "inverse_flattening": _rounded(inverse)}


def _metres(length: Any) -> float:
    """Return a length of PROJJSON, which may have a unit of its own, in metres."""
    if not isinstance(length, dict):
        return float(length)
    unit = length["unit"]
    return float(length["value"]) * float(unit["conversion_factor"] if isinstance(unit, dict) else 1)


def _is_of_wgs84(ellipsoid: Json) -> bool:
    axis, inverse = WGS84_ELLIPSOID
    own = ellipsoid.get("inverse_flattening", 0)
    return bool(ellipsoid.get("semi_major_axis") == axis and abs(own - inverse) < _FLATTENING_TOLERANCE)


def _parameter(full: Json) -> Json:
    if "value" not in full:  # the name of a file
        return full
    return full | {"value": _rounded(float(full["value"])), "unit": _unit(full.get("unit", "unity"))}


def _rounded(number: float) -> float:
    """Return a number to 12 digits: texts and files round to 15."""
    return float(f"{number:.12g}")


def _axis(name: str, short: str, direction: str, unit: Any) -> Json:
    return {"name": name, "abbreviation": short, "direction": direction, "unit": _unit(unit)}


def _unit(unit: Any) -> Any:
    """Return a unit: its name where it is a common one, else its factor."""
    if not isinstance(unit, dict):
        return unit
    factor = float(unit.get("conversion_factor", 1))
    common = {"LinearUnit": ("metre", 1.0), "AngularUnit": ("degree", np.pi / 180)}.get(str(unit.get("type")))
    if common and abs(factor / common[1] - 1) < 1e-9:
        return common[0]
    return _without_labels(unit) | {"conversion_factor": _rounded(factor)}


def _without_labels(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_labels(value) for key, value in part.items() if key not in _LABELS}
    return [_without_labels(one) for one in part] if isinstance(part, list) else part


def _is_of_code(plain: Json, code: int) -> bool:
    """Return whether a CRS is that of a code, by all its numbers."""
    try:
        crs = CRS.from_epsg(code)
    except CRSError:
        return False
    if not _has_plain_form(_horizontal(crs)):
        return False
    known = _plain(_horizontal(crs))
    return _key(plain, known) == _key(known, plain)


def _datum_of(plain: Json) -> Json:
    datum: Json = plain.get("base_crs", plain)["datum"]
    return datum


def _key(plain: Json, other: Json) -> str:
    """Return a CRS as text to compare; a datum that is not specified is that of the other, if the ellipsoid is."""
    own, name = _datum_of(plain), _datum_of(plain)["name"]
    if name == UNKNOWN:
        name = _datum_of(other)["name"]
    datum = _without_labels(own) | {"name": re.sub(r"[\W_]+", "", name).lower()}
    conversion = plain.get("conversion", {})
    return json.dumps([datum, _without_labels(conversion), plain["coordinate_system"]], sort_keys=True)


@cache
def false_origin_shift(source: str, target: str) -> tuple[float, float] | None:
    """Return what to add to x and y in one CRS to have them in another that differs by its false origin alone.

    The halves of a UTM zone differ so: USGS gives southern scenes in the northern half, with negative northings.

    Parameters
    ----------
    source, target : str
        As :func:`crs_name` returns them.

    Returns
    -------
    (float, float) or None
        In units of the CRSs; None if they differ in more.
    """
    if source == target:
        return 0.0, 0.0
    both = [CRS.from_user_input(name) for name in (source, target)]
    if not all(crs.is_projected and _has_plain_form(crs) for crs in both):
        return None
    plain = [_plain(crs) for crs in both]
    origins = [_taken_origin(one) for one in plain]
    if _key(plain[0], plain[1]) != _key(plain[1], plain[0]):
        return None
    (own_x, own_y), (x, y) = origins
    return x - own_x, y - own_y


def _taken_origin(plain: Json) -> tuple[float, float]:
    """Take the false easting and northing out of a CRS and return them."""
    found = {"False easting": 0.0, "False northing": 0.0}
    for one in plain["conversion"]["parameters"]:
        if one["name"] in found:
            found[one["name"]], one["value"] = one["value"], 0.0
    return found["False easting"], found["False northing"]
