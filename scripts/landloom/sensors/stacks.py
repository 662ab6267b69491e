"""Which band of a file that holds all dates is which band of which date.

A stack is band by band (all dates of one band, then all of the next) or date by date (all bands of a date, then all
of the next). The configuration says which; the numbers of its bands, the number of dates and the number of bands of
the file must agree, since a stack read in the wrong order has plausible values everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from landloom.core.errors import InputError
from landloom.sensors.acquisition import RasterBand
from landloom.sensors.series_settings import SeriesSettings

MASK = "mask"
"""Key of the mask beside the bands."""


@dataclass(frozen=True)
class _Stack:
    """One file, or one variable of it, of several dates.

    Attributes
    ----------
    firsts : dict of str: RasterBand
        The configured bands in it, as they are on the first date.
    dates, bands_per_date : int
    by_date : bool
        Whether all bands of a date follow one another.
    """

    firsts: Mapping[str, RasterBand]
    dates: int
    bands_per_date: int
    by_date: bool

    def problem(self) -> str:
        """Return why the numbers of the bands contradict the order; empty if they do not."""
        numbers = {name: first.number for name, first in self.firsts.items()}
        if twice := [name for name in numbers if list(numbers.values()).count(numbers[name]) > 1]:
            return f"{' and '.join(twice)} are both number {numbers[twice[0]]}"
        fit = range(1, self.bands_per_date + 1)
        if not self.by_date:
            fit = range(1, self.dates * self.bands_per_date + 1, self.dates)
        odd = next((name for name, number in numbers.items() if number not in fit), None)
        if odd is None:
            return ""
        what = "the bands of the first date" if self.by_date else "the first dates of the bands"
        shown = ", ".join(map(str, [*fit][:4])) + (" ..." if len(fit) > 4 else "")
        return f"{odd} is number {numbers[odd]}, and {what} are the numbers {shown}"

    def of_date(self, position: int) -> dict[str, RasterBand]:
        """Return the bands of a date by its position, from 0."""
        step = self.bands_per_date if self.by_date else 1
        of_file = self.dates * self.bands_per_date
        return {
            name: replace(first, number=first.number + position * step, bands_of_file=of_file)
            for name, first in self.firsts.items()
        }


def bands_of_date(
    settings: SeriesSettings, firsts: Mapping[str, RasterBand], dates: int, position: int
) -> dict[str, RasterBand]:
    """Return the bands (and the mask) of one date of stacks, by name.

    Parameters
    ----------
    firsts : dict of str: RasterBand
        The bands, and the mask as :data:`MASK`, with the numbers that the configuration gives.
    dates : int
        Number of dates.
    position : int
        Position of the date, from 0.

    Raises
    ------
    InputError
        If the numbers of the bands contradict the number of dates and the order.
    """
    found: dict[str, RasterBand] = {}
    for source in dict.fromkeys(map(_source, firsts.values())):
        members = {name: one for name, one in firsts.items() if _source(one) == source}
        first = next(iter(members.values()))
        per_date = settings.bands_per_date if settings.bands_per_date and set(members) - {MASK} else len(members)
        stack = _Stack(members, dates, per_date, settings.order == "date_by_date")
        if per_date > 1 and settings.order is None:
            raise InputError(
                f"{first.name}: holds {per_date} bands of {dates} dates; say by `order` whether it is band_by_band "
                "or date_by_date"
            )
        if problem := stack.problem():
            raise InputError(
                f"{first.name}: {problem} (`order: {settings.order or 'band_by_band'}`, {dates} dates, {per_date} "
                "bands of each); correct the numbers in `bands`, `order` or `bands_per_date`"
            )
        found |= stack.of_date(position)
    return {name: found[name] for name in firsts}


def _source(band: RasterBand) -> tuple[str, str]:
    return band.path, band.variable
