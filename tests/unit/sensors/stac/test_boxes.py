import pytest

from landloom.sensors.stac.boxes import check_boxes


@pytest.mark.parametrize("box", [[1.5, 43.2, 2.9, 44.3], [179.5, -17.2, -179.5, -16.1]])
def test_boxes_of_degrees(box):
    assert check_boxes({"T": box}) == {"T": box}


@pytest.mark.parametrize(
    "box", [[1.5, 44.3, 2.9, 43.2], [1, 2, 1, 3], [400000, 4800000, 500000, 4900000], [5, 1, 2, 3]]
)
def test_others_are_refused(box):
    with pytest.raises(ValueError, match="T: must be west, south, east, north in degrees"):
        check_boxes({"T": box})
