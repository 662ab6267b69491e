from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.geo.grids import Grid
from landloom.survey import sample_blocks
from landloom.survey.sample_blocks import BLOCK_PIXELS, LEAST_BLOCKS, MOST_PARTS, planned

sizes = st.integers(1, 3000)


def grid(rows, columns):
    return Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, rows, columns)


@given(sizes, sizes, st.integers(1, 2000), st.integers(1, 3000), st.integers(1, 40), st.integers(1, 13))
def test_blocks_lie_along_those_of_the_file_and_do_not_overlap(rows, columns, height, width, dates, bands):
    plan = planned(grid(rows, columns), [(height, width)] * bands, dates)
    seen = set()
    of_files = Counter()
    for window in plan.windows(5):
        assert 0 < window.pixels <= BLOCK_PIXELS
        assert window.row + window.rows <= rows
        assert window.column + window.columns <= columns
        assert (window.row, window.column) not in seen
        seen.add((window.row, window.column))
        of_files[window.row // height, window.column // width] += 1
        for start, size, block in ((window.row, window.rows, height), (window.column, window.columns, width)):
            one_block = start // block == (start + size - 1) // block
            assert one_block or start % block == 0  # part of one, or several from the first on
    assert 0 < len(seen) <= rows * columns
    assert max(of_files.values()) <= MOST_PARTS
    assert 1 <= plan.dates <= min(dates, LEAST_BLOCKS)
    assert plan.dates * plan.of_date >= LEAST_BLOCKS


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ((1, 10980), (5, 10980, 16)),  # strips of a row: several together
        ((512, 512), (256, 256, 4)),
        ((1024, 1024), (256, 256, 2)),  # as JPEG 2000: few are decoded, on two dates
        ((10980, 10980), (5, 10980, 3)),  # one strip
        ((128, 128), (256, 256, 16)),
    ],
)
def test_what_a_full_tile_reads(block, expected):
    plan = planned(grid(10980, 10980), [block] * 10, 30)
    (_, height), (_, width) = plan.rows[0][0], plan.columns[0][0]
    assert (height, width, plan.dates) == expected


def test_every_part_of_a_tile_can_be_drawn():
    plan = planned(grid(700, 900), [(640, 300)], 3)
    covered = np.zeros((700, 900), int)
    for row, height in (one for block in plan.rows for one in block):
        for column, width in (one for block in plan.columns for one in block):
            covered[row : row + height, column : column + width] += 1
    assert (covered == 1).all()


def test_other_seeds_draw_other_blocks():
    plan = planned(grid(5000, 5000), [(64, 64)], 20)
    assert list(plan.windows(1)) == list(plan.windows(1)) != list(plan.windows(2))
    assert sample_blocks.TRIES * plan.of_date == len(list(plan.windows(1)))
