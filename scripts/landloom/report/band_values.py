"""Values of bands: what the survey sampled, and what samples and map have read, each valid value counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from landloom.reading import counted_values
from landloom.reading.counted_values import ValueCount
from landloom.report.sources import Tile
from landloom.survey.value_settings import ClippedSettings
from landloom.survey.value_table import ValueRecord


@dataclass(frozen=True)
class Figures:
    """Values of a band in all tiles.

    Attributes
    ----------
    values : int
        Number of valid values, over all dates.
    clipped : float
        Fraction that is clipped to the ends of the stored range; NaN without values.
    least, greatest : float
        NaN without values.
    """

    values: int = 0
    clipped: float = float("nan")
    least: float = float("nan")
    greatest: float = float("nan")


@dataclass(frozen=True)
class ValueRow:
    """A band: its values in blocks that the survey sampled, in the pixels that train, and in the map."""

    sensor: str
    band: str
    sampled: Figures
    training: Figures
    mapped: Figures

    @property
    def parts(self) -> tuple[Figures, Figures, Figures]:
        """Return the figures in the order of the jobs."""
        return self.sampled, self.training, self.mapped


def rows(tiles: Sequence[Tile]) -> list[ValueRow]:
    """Return a row for each band of each sensor, over all tiles."""
    training = counted_values.joined(one for tile in tiles for one in tile.sample_values)
    mapped = counted_values.joined(one for tile in tiles for one in tile.map_values)
    sampled: dict[tuple[str, str], list[ValueRecord]] = {}
    for one in (one for tile in tiles for one in tile.values):
        sampled.setdefault((one.sensor, one.band), []).append(one)
    return [
        ValueRow(*key, _of_records(sampled.get(key, [])), _of_count(training.get(key)), _of_count(mapped.get(key)))
        for key in dict.fromkeys([*sampled, *mapped])
    ]


def _of_records(records: Sequence[ValueRecord]) -> Figures:
    some = [one for one in records if one.sampled_pixels]
    pixels = sum(one.sampled_pixels for one in some)
    if not pixels:
        return Figures()
    clipped = sum(one.clipped_fraction * one.sampled_pixels for one in some) / pixels
    return Figures(pixels, clipped, min(one.least for one in some), max(one.greatest for one in some))


def _of_count(count: ValueCount | None) -> Figures:
    if count is None or not count.pixels:
        return Figures()
    return Figures(count.pixels, count.clipped / count.pixels, count.least, count.greatest)


def warning(count: ValueCount, limits: ClippedSettings) -> str:
    """Return what is odd in the counted values of a band; empty if nothing is."""
    if not count.pixels:
        return ""
    fraction = count.clipped / count.pixels
    if fraction > limits.warn:
        limit = "fail" if fraction > limits.fail else "warn"
        return (
            f"{fraction:.2%} of all valid values lie at the ends of the stored range, "
            f"above `values.clipped.{limit}` ({getattr(limits, limit):.2%})"
        )
    return f"all valid values are {count.least}" if count.least == count.greatest and count.pixels > 1 else ""
