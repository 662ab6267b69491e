import math
import re

import pytest

from landloom.geo.grids import Grid
from landloom.reading.counted_values import ValueCount
from landloom.report import band_values
from landloom.report.band_values import Figures
from landloom.report.notices import of_values
from landloom.report.sources import Tile
from landloom.survey.value_settings import ClippedSettings
from landloom.survey.value_table import ValueRecord

LIMITS = ClippedSettings()


def tile(name, clipped, **counts):
    sampled = (ValueRecord("s2", "B2", 100, clipped, -5.0, 900.5, ""), ValueRecord("s2", "B3", 0, 0, math.nan, 0, ""))
    return Tile(name, Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, 1, 1), (), ({},), values=sampled, **counts)


def test_a_line_for_each_band_over_all_tiles():
    mapped = [(ValueCount("s2", "B2", 1000, 10, 0, 32767),), (ValueCount("s2", "B2", 3000, 0, -7, 50),)]
    first, second = band_values.rows([tile("A", 0.02, map_values=mapped[0]), tile("B", 0.0, map_values=mapped[1])])
    assert (first.sensor, first.band) == ("s2", "B2")
    assert first.sampled == Figures(200, pytest.approx(0.01), -5.0, 900.5)
    assert first.mapped == Figures(4000, 0.0025, -7, 32767)
    assert [one.values for one in first.parts] == [200, 0, 4000]
    assert [one.values for one in second.parts] == [0, 0, 0]
    assert band_values.rows([]) == []


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (ValueCount("s2", "B2", 1000, 1, -9999, 300), ""),
        (ValueCount("s2", "B2", 1000, 2, -9999, 300), "0.20% .* above `values.clipped.warn` .0.10%."),
        (ValueCount("s2", "B2", 1000, 60, -9999, 300), "6.00% .* above `values.clipped.fail` .5.00%."),
        (ValueCount("s2", "B2", 1000, 0, 7, 7), "all valid values are 7"),
        (ValueCount("s2", "B2", 0, 0, 0, 0), ""),
    ],
)
def test_the_limits_of_the_survey_hold_for_what_was_counted(count, text):
    found = list(of_values([tile("A", 0.0, sample_values=(count,)), tile("B", 0.0)], LIMITS))
    assert bool(found) == bool(text)
    if text:
        (line,) = found[0].details
        assert line.startswith("A, s2, B2: in the sample, ")
        assert re.search(text, line)
