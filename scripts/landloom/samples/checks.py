"""Checks of the section `samples` against regions, years, classes and files before any job starts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo.region_settings import region_slug
from landloom.samples.csv_files import read_copies, read_numbers
from landloom.samples.settings import SampleSettings


def problems(
    settings: SampleSettings, regions: Sequence[str], years: Collection[int], codes: Mapping[str, int] | None
) -> list[str]:
    """Return a message for each invalid key.

    Parameters
    ----------
    regions : list of str
        Names as in file names.
    years : collection of int
    codes : dict of label: code, or None
        None if the nomenclature cannot be read yet: labels and files are not checked then.
    """
    found = []
    for key, names in settings.region_names().items():
        unknown = [name for name in names if region_slug(name) not in regions]
        if unknown:
            which = labels.named_together(unknown, regions)
            found.append(f"samples.{key}: {which} are not regions; known are {shortened(list(regions))}")
    for key, other in settings.of_other_years().items():
        if other.year is not None and other.year not in years:
            found.append(f"samples.{key}.year: {other.year} is not among the years {sorted(years)}")
    unknown_years = sorted(set(settings.years) - set(years)) if isinstance(settings.years, list) else []
    if unknown_years:
        found.append(f"samples.years: {shortened(unknown_years)} are not among the years {sorted(years)}")
    if codes is not None:
        found += _label_problems(settings, codes) + _file_problems(settings, regions, codes)
    return found


def _label_problems(settings: SampleSettings, codes: Mapping[str, int]) -> list[str]:
    found = []
    for key, part in settings.of_other_years().items():
        unknown = [label for label in part.labels if label not in codes]
        if unknown:
            which = labels.named_together(unknown, codes)
            found.append(f"samples.{key}.labels: {which} are not in the nomenclature")
    return found


def _file_problems(settings: SampleSettings, regions: Sequence[str], codes: Mapping[str, int]) -> list[str]:
    """Read every file, and return a message for each invalid one."""
    reading: dict[str, Callable[[], object]] = {
        key: partial(read_numbers, path, codes) for key, path in settings.number_files().items()
    }
    if settings.copies:
        reading["copies"] = partial(read_copies, settings.copies, codes, regions)
    found = []
    for key, read in reading.items():
        try:
            read()
        except InputError as error:
            found.append(f"samples.{key}: {error}")
    return found
