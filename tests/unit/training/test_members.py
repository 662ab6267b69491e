"""Members of a model: dealt out by whole polygons."""

import math
from dataclasses import replace

import geopandas
import numpy as np
import pytest
from shapely.geometry import box

from landloom.core.errors import InputError
from landloom.models.training_data import TrainingSet
from landloom.training import members
from landloom.training import settings as model_settings
from unit.training.test_fitting import AREAS, SAMPLES


def test_polygons_are_dealt_out_whole_and_evenly():
    found = members.assign_members(SAMPLES, AREAS, 1.0, 3)
    assert len(found) == math.ceil(sum(AREAS.values()) / 1.0)
    assert sorted(np.concatenate(found)) == list(range(300))
    polygons = [set(SAMPLES.polygons[positions]) for positions in found]
    assert sum(map(len, polygons)) == len(AREAS)
    for code in (1, 2, 3):
        areas = [sum(AREAS[one] for one in found if one // 100 == code) for found in polygons]
        assert max(areas) - min(areas) < 0.17
    again = members.assign_members(SAMPLES, AREAS, 1.0, 3)
    assert all(np.array_equal(one, other) for one, other in zip(found, again, strict=True))
    assert [len(one) for one in members.assign_members(SAMPLES, AREAS, 100.0, 3)] == [300]


def test_unknown_ground_has_the_area_of_its_samples():
    codes = np.repeat([1, 2, 1, 2], [40, 60, 10, 290]).astype(np.int32)
    blocks = -np.repeat(np.arange(1, 30), 10)
    polygons = np.concatenate([np.repeat([10, 20, -99], [40, 60, 10]), blocks])
    samples = TrainingSet(np.zeros((400, 5), np.int16), codes, polygons, tuple("abcde"))
    # 1 km2 for 100 samples: 4 km2 for all, of which blocks of an earlier map have 3.
    assert len(members.assign_members(samples, {10: 0.5, 20: 0.5, 99: 7.0}, 1.0, 3)) == 4
    made = replace(samples, made=290)
    assert len(members.assign_members(made, {10: 0.5, 20: 0.5}, 1.0, 3)) == 2
    assert len(members.assign_members(samples, {}, 0.01, 3)) == 4


def test_more_models_than_polygons_of_any_class_are_refused():
    """They would all be trained on the same samples."""
    with pytest.raises(InputError, match=r"0\.0001 would make \d+ models, but no class has more than \d+ training"):
        members.assign_members(SAMPLES, AREAS, 0.0001, 3)


def test_a_class_of_few_polygons_is_in_every_model():
    rare = SAMPLES.polygons.copy()
    rare[SAMPLES.codes == 2] = 200
    few = TrainingSet(SAMPLES.features, SAMPLES.codes, rare, SAMPLES.names)
    found = members.assign_members(few, AREAS | {200: 0.1}, 0.5, 3)
    assert len(found) > 2
    for positions in found:
        assert set(few.codes[positions]) == {1, 2, 3}
        assert np.count_nonzero(few.codes[positions] == 2) == np.count_nonzero(SAMPLES.codes == 2)


def test_members_go_by_the_areas_of_the_reference(tmp_path, capsys):
    codes = list(AREAS)
    frame = geopandas.GeoDataFrame(
        {"polygon": codes, "area_m2": [1e6 * AREAS[code] for code in codes]},
        geometry=[box(0, 0, 1, 1)] * len(codes),
        crs=4326,
    )
    frame.to_file(tmp_path / "reference.gpkg", layer="polygons")
    settings = model_settings.of_content({"largest_training_area_km2": 1.0})
    found = members.members_of(SAMPLES, settings, tmp_path / "reference.gpkg", 3)
    expected = members.assign_members(SAMPLES, AREAS, 1.0, 3)
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    assert f"{len(expected)} models of at most about 1 km2" in capsys.readouterr().err
    (everything,) = members.members_of(SAMPLES, model_settings.of_content({}), tmp_path / "none.gpkg", 3)
    assert np.array_equal(everything, np.arange(300))


def test_members_have_seeds_of_their_own():
    keys = [7, 0, 1]
    assert members.seed_of(keys, 0) == int(np.random.default_rng([7, 0, 1]).integers(2**31))
    assert members.seed_of(keys, 2) == int(np.random.default_rng([7, 0, 1, 2]).integers(2**31))
    assert len({members.seed_of(keys, member) for member in range(5)}) == 5
