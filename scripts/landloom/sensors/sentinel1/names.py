"""Names of Sentinel-1 products.

Source: Sentinel-1 Product Specification (S1-RS-MDA-52-7441): mission, mode, type and resolution, level and class,
polarisations, start, stop (UTC), absolute orbit, data take, identifier of the product. Products with Cloud Optimized
GeoTIFFs of the Copernicus Data Space end in ``_COG``.
"""

import datetime
import re
from dataclasses import dataclass

from landloom.core.errors import InputError

NAME = re.compile(
    r"(?P<mission>S1[A-Z])_(?P<mode>[A-Z0-9]{2})_(?P<kind>[A-Z]{3})(?P<resolution>[FHM_])_(?P<level>[0-2A])"
    r"(?P<product_class>[A-Z])(?P<polarisations>[SD][HV]|[HV]{2})_(?P<start>\d{8}T\d{6})_(?P<stop>\d{8}T\d{6})"
    r"_(?P<orbit>\d{6})_(?P<data_take>[0-9A-F]{6})_(?P<identifier>[0-9A-F]{4})(?P<cog>_COG)?"
    r"(?:\.SAFE)?(?:\.zip)?"
)
"""Name of any Sentinel-1 product: a folder (without ``.SAFE`` in object stores), or a packed one."""

POLARISATIONS = {
    "SV": ("VV",),
    "SH": ("HH",),
    "DV": ("VV", "VH"),
    "DH": ("HH", "HV"),
    "VV": ("VV",),
    "VH": ("VH",),
    "HH": ("HH",),
    "HV": ("HV",),
}
"""Polarisations by their code in a name, sent before received; a single one is a part of a dual acquisition."""

ORBITS_OF_A_CYCLE = 175

_FIRST_ORBITS = {"S1A": 73, "S1B": 27, "S1C": 172}
"""Absolute orbit of the relative orbit 1 of a cycle, by mission. Of later missions, the manifest alone tells it."""

_OTHERS = {
    "SLC": "single look complex images",
    "OCN": "an ocean product",
    "RAW": "raw data",
    "ETA": "timing corrections",
}
_OTHER_MODES = {"EW": "extra wide swath", "WV": "wave mode"}


@dataclass(frozen=True, order=True)
class ProductName:
    """What the name of a product says.

    Attributes
    ----------
    start, stop : datetime.datetime
        UTC, in whole seconds.
    mission : str
        ``S1A``, ``S1B`` ...
    polarisations : tuple of str
    orbit : int
        Absolute orbit of the start.
    data_take : str
        Number of the data take, hexadecimal; unique within a mission.
    text : str
        The whole name, without ``.SAFE`` and ``.zip``.
    """

    start: datetime.datetime
    stop: datetime.datetime
    mission: str
    polarisations: tuple[str, ...]
    orbit: int
    data_take: str
    text: str

    @property
    def relative_orbit(self) -> int | None:
        """Return the relative orbit (1 to 175) of the start; None if the mission's count is not known."""
        first = _FIRST_ORBITS.get(self.mission)
        return None if first is None else (self.orbit - first) % ORBITS_OF_A_CYCLE + 1


def of_product(match: re.Match[str], position: str) -> ProductName:
    """Return what a name says.

    Parameters
    ----------
    match : re.Match
        Of :data:`NAME`.
    position : str
        Where the product lies, for messages.

    Raises
    ------
    InputError
        If the product is not an IW GRD product of high resolution, or its times are not such.
    """
    problem = why_unread(match)
    if problem:
        raise InputError(f"product {position}: {problem}; only IW GRD products (IW_GRDH_1S) are read")
    try:
        start, stop = (datetime.datetime.strptime(match[one], "%Y%m%dT%H%M%S") for one in ("start", "stop"))
    except ValueError:
        raise InputError(f"product {position}: start or stop in its name is no date and time") from None
    if stop <= start:
        raise InputError(f"product {position}: stops before it starts, by its name")
    text = match.string.removesuffix(".zip").removesuffix(".SAFE")
    polarisations = POLARISATIONS[match["polarisations"]]
    return ProductName(start, stop, match["mission"], polarisations, int(match["orbit"]), match["data_take"], text)


def why_unread(match: re.Match[str]) -> str:
    """Return what of a product's name speaks against reading it; empty if nothing does."""
    mode, kind = match["mode"], match["kind"]
    if kind != "GRD":
        return f"holds {_OTHERS.get(kind, 'no ground range detected images')} ({kind})"
    if mode != "IW":
        return f"is of mode {mode} ({_OTHER_MODES.get(mode, 'stripmap')}), not interferometric wide swath"
    if match["resolution"] != "H":
        return f"has no high resolution (GRD{match['resolution']})"
    if (match["level"], match["product_class"]) != ("1", "S"):
        return f"is no standard product of level 1 ({match['level']}{match['product_class']})"
    return ""
