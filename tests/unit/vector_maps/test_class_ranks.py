import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.core.nomenclature import Nomenclature
from landloom.geo.grids import Window
from landloom.vector_maps import class_ranks
from landloom.vector_maps.class_ranks import ClassRanks
from landloom.vector_maps.settings import VectorSettings
from unit.vector_maps.maps import CLASSES
from unit.vector_maps.test_regularisation import Memory

RANKS = ClassRanks.of(CLASSES.codes)


def test_codes_become_ranks_and_ground_beyond_the_map_has_none():
    found = RANKS.read(Memory(np.array([[2, 300], [0, 7]], np.uint16)), Window(-1, 0, 3, 3))
    assert found.tolist() == [[0, 0, 0], [1, 4, 0], [0, 3, 0]]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.array([[2, 5]], np.uint8), r"made\.tif: holds the codes .*5.*, which no class of the nomenclature has"),
        (np.array([[2, -4]], np.int16), "holds codes outside of 0 to 65535"),
        (np.array([[2, 70000]], np.int32), "holds codes outside of 0 to 65535"),
        (np.array([[2, 3]], np.float32), "holds float32 numbers; codes of classes must be whole numbers"),
    ],
)
def test_codes_of_no_class_are_told(values, message):
    with pytest.raises(InputError, match=message):
        RANKS.read(Memory(values), Window(0, 0, 1, 2))


def test_units_are_whole_pixels_by_class_or_group():
    found = class_ranks.units(VectorSettings(minimum_m2=1000), CLASSES, 100.0)
    assert found.least.tolist() == [0, 10, 10, 10, 10, 0]
    assert found.unknown == 5
    by_group = VectorSettings(minimum_m2={"default": 950, "crops": 401}, within_groups_first=True)
    found = class_ranks.units(by_group, CLASSES, 100.0)
    assert found.least.tolist() == [0, 5, 5, 10, 10, 0]
    assert found.groups[1] == found.groups[2]
    assert len(set(found.groups[2:5].tolist())) == 3
    assert class_ranks.units(VectorSettings(minimum_m2=None), CLASSES, 100.0).least.max() == 0


def test_units_that_cannot_be_are_told():
    with pytest.raises(InputError, match=r"vectors\.minimum_m2: no group .*fields.* in the nomenclature"):
        class_ranks.units(VectorSettings(minimum_m2={"fields": 500}), CLASSES, 100.0)
    ungrouped = Nomenclature(CLASSES.classes[3:])
    with pytest.raises(InputError, match=r"vectors\.levels: groups: needs groups of classes"):
        class_ranks.units(VectorSettings(levels=["groups"]), ungrouped, 100.0)
    with pytest.raises(InputError, match=r"vectors\.minimum_m2: 1e\+09 m2 are 10000000 pixels of the map"):
        class_ranks.units(VectorSettings(minimum_m2=1e9), CLASSES, 100.0)
