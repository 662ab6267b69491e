"""Counts of a mosaic, written and read."""

import pytest

from landloom.core.errors import InputError
from landloom.maps import mosaic_counts
from landloom.maps.mosaic_counts import Agreement, MosaicCounts


def test_what_is_written_is_read(tmp_path):
    counts = MosaicCounts({0: 12, 7: 300}, {"T31TBJ": Agreement(500, 2), "T30TYP": Agreement(0, 0)})
    mosaic_counts.write(counts, tmp_path / "counts.json")
    assert mosaic_counts.read(tmp_path / "counts.json") == counts


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"pixels": {"a": 1}, "places": {}}', '{"pixels": {"1": 1}, "places": {"A": {}}}']
)
def test_what_holds_no_counts_is_told_by_its_name(tmp_path, text):
    path = tmp_path / "counts.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"counts\.json: is missing, or does not hold"):
        mosaic_counts.read(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match="is missing"):
        mosaic_counts.read(tmp_path / "nothing.json")
