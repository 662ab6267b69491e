"""Bands common to the Landsat product families: numbers by satellite and common name."""

from collections.abc import Iterable

OLI = {"coastal": 1, "blue": 2, "green": 3, "red": 4, "nir08": 5, "swir16": 6, "swir22": 7}
TM = {"blue": 1, "green": 2, "red": 3, "nir08": 4, "swir16": 5, "swir22": 7}
"""Number of the band of each common name: Landsat 8 and 9; Landsat 4, 5 (TM) and 7 (ETM+)."""

REFLECTIVE = ("coastal", "blue", "green", "red", "nir08", "swir16", "swir22")
"""Common names of bands as in STAC's eo extension, the same for all satellites."""

USUAL = REFLECTIVE[1:]
BANDS_DESCRIPTION = "bands to use by their common names, in this order: "

LETTERS = {
    "coastal": "A",
    "blue": "B",
    "green": "G",
    "red": "R",
    "nir08": "N",
    "swir16": "S1",
    "swir22": "S2",
}
"""Standard letter in spyndex of each common name. Temperatures have none, since their scale differs."""


def letters(bands: Iterable[str]) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return {band: LETTERS[band] for band in bands if band in LETTERS}


def numbers(satellite: int) -> dict[str, int]:
    """Return the number of the band of each common name.

    Parameters
    ----------
    satellite : int
        4, 5, 7, 8 or 9.
    """
    return OLI if satellite >= 8 else TM
