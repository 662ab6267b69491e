"""What the Sentinel-2 product families have in common."""

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
"""Band: its standard letter in spyndex (https://awesome-ee-spectral-indices.readthedocs.io)."""

SENTINEL2_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")

BANDS_OF_10_M = frozenset({"B2", "B3", "B4", "B8"})


def letters(bands: Iterable[str]) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return {band: COMMON_NAMES[band] for band in bands if band in COMMON_NAMES}


def resolutions(bands: Iterable[str]) -> list[str]:
    """Return the resolutions of THEIA's masks that tell of bands: R1 always, R2 where there are bands of 20 m."""
    return ["R1", "R2"] if set(bands) - BANDS_OF_10_M else ["R1"]
