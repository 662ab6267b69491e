import datetime
import math

import pandas as pd

from landloom.geo.grids import Grid
from landloom.report import placement
from landloom.report.notices import _of_reference, by_kind, of_samples, of_shifts
from landloom.report.sources import Tile
from landloom.survey.shift_table import Shift


def test_missing_samples_are_named_by_region_class_and_runs():
    rows = [(0, "west", 1, 5, ""), (0, "west", 2, 0, "none"), (1, "west", 2, 0, "none"), (1, "east", 1, 4, "too few")]
    rows += [(1, "east", 2, 3, "too few"), (1, "east", 3, 0, "none")]
    columns = ["run", "region", "code", "samples", "note"]
    lacking, fewer = of_samples(pd.DataFrame(rows, columns=columns), {1: "maize", 2: "wheat"})
    assert lacking.subject == "Classes without samples in a region"
    assert lacking.details == ("east, 3: none (run 1)", "west, wheat: none (runs 0, 1)")
    assert fewer.details == ("east, maize; wheat: too few (run 1)",)


def test_nothing_is_missing_or_nothing_was_trained():
    whole = pd.DataFrame({"run": [0], "region": ["west"], "code": [1], "samples": [5], "note": [""]})
    assert list(of_samples(whole, {})) == list(of_samples(None, {})) == []


def tile(*shifts):
    days = [datetime.date(2018, 5, number + 1) for number in range(len(shifts))]
    lines = [Shift("s2", day, f"p{day.day}", *shift) for day, shift in zip(days, shifts, strict=True)]
    return Tile("T1", Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, 1, 1), (), ({},), tuple(lines))


def test_images_whose_shift_was_not_found_are_named():
    some = tile(("moved", 3.0, 4.0), ("not_found", 0, 0, 9, 1, 0, "1 of 9 patches agree"), ("left_out",))
    kept, left_out = of_shifts([some, tile()])
    assert kept.details == ("T1, 2018-05-02, p2: 1 of 9 patches agree",)
    assert "used unshifted" in kept.text
    assert left_out.subject == "Images left out (co-registration)"
    assert list(of_shifts([tile(("in_place", 0.1, 0.0))])) == []


def test_shifts_of_a_tile_in_a_line():
    shifts = (("moved", 3.0, -4.0), ("in_place", -1.0, 0.0), ("reference",), ("not_found",), ("left_out",))
    (row,) = placement.rows([tile(*shifts), tile()])
    assert (row.moved, row.in_place, row.not_found, row.left_out) == (1, 1, 1, 1)
    assert (row.x_m, row.y_m, row.largest_m) == (1.0, -2.0, 5.0)
    (nothing,) = placement.rows([tile(("reference",))])
    assert math.isnan(nothing.x_m)


def test_what_the_configuration_asks_for_is_no_warning():
    names = ["points", "label in reference.ignore (reference.file)", "smaller than 400 m2", "invalid geometry"]
    rows = [{"finding": name, "action": "left out", "count": 2, "ids": [1, 2]} for name in names]
    kinds = by_kind(list(_of_reference(rows, {})))
    assert [one.subject for one in kinds["warnings"]] == ["Reference: invalid geometry"]
    assert len(kinds["notes"]) == 3
