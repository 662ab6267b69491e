"""Bands common to the Sentinel-2 product families."""

from collections.abc import Iterable

COMMON_NAMES = {
    "B2": "B",
    "B3": "G",
    "B4": "R",
    "B5": "RE1",
    "B6": "RE2",
    "B7": "RE3",
    "B8": "N",
    "B8A": "N2",
    "B11": "S1",
    "B12": "S2",
}
"""Standard letter of each band in spyndex (https://awesome-ee-spectral-indices.readthedocs.io)."""

SENTINEL2_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")

BANDS_OF_10_M = frozenset({"B2", "B3", "B4", "B8"})


def letters(bands: Iterable[str]) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return {band: COMMON_NAMES[band] for band in bands if band in COMMON_NAMES}


def resolutions(bands: Iterable[str]) -> list[str]:
    """Return the resolutions of THEIA's masks for given bands: R1 always, R2 if there are 20 m bands."""
    return ["R1", "R2"] if set(bands) - BANDS_OF_10_M else ["R1"]
