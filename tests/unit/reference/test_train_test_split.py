"""Roles of polygons: shares, whole components, whole blocks, files; what a run leaves untested."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import ownership, rasters, spatial_blocks, vectors
from landloom.geo.grids import Grid
from landloom.reference import cleaning, reference_pixels, roles, train_test_split
from landloom.reference.findings import Findings
from landloom.reference.settings import ReferenceSettings

SIDE = 100
TILES = {
    name: Grid("EPSG:32631", 500_000.0 + 700 * n, 4_900_000.0, 10.0, 10.0, SIDE, SIDE) for n, name in enumerate("AB")
}
NOMENCLATURE = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#808080") for code in (1, 2, 3, 4)))
GROUND = cleaning.Ground(
    ownership.collect_footprints(TILES),
    gpd.GeoDataFrame(
        {"number": [1, 2], "region": ["w", "e"], "name": ["w", "e"]},
        geometry=[box(499_000, 4_898_000, 500_900, 4_901_000), box(500_900, 4_898_000, 503_000, 4_901_000)],
        crs="EPSG:32631",
    ),
)
SPLITS = [
    {"split": "polygons", "train_fraction": 0.6},
    {"split": "polygons", "held_out_fraction": 0.3},
    {"split": "blocks", "block_m": 250},
    {"split": "blocks", "block_m": 400, "held_out_fraction": 0.25, "train_fraction": 0.3},
]


def settings_of(**given):
    return ReferenceSettings(**({"file": "r.gpkg", "field": "code"} | given))


def layout(seed, count=150):
    """Return rectangles at random places, of which some overlap."""
    random = np.random.default_rng(seed)
    left, top = random.uniform(500_000, 501_650, count), random.uniform(4_899_050, 4_900_000, count)
    wide, high = random.uniform(15, 90, (2, count))
    codes = random.choice([1, 2, 3, 4], count, p=[0.5, 0.3, 0.17, 0.03])
    return gpd.GeoDataFrame({"code": codes}, geometry=box(left, top - high, left + wide, top), crs="EPSG:32631")


def strata(counts):
    rows = [(number, code) for (number, code), count in counts.items() for _ in range(count)]
    frame = pd.DataFrame(rows, columns=["number", "code"])
    ids = np.arange(len(rows)) * 3 + 1
    return frame.assign(polygon=ids, component=ids, tests=False)


def counted(assigned, run, role):
    return assigned[assigned[f"run{run}"] == role].groupby(["number", "code"]).size().to_dict()


def test_shares_within_regions_and_classes():
    counts = {(1, 1): 10, (1, 2): 1, (2, 1): 2, (2, 3): 37}
    settings = settings_of(train_fraction=0.7)
    assigned = train_test_split.split(strata(counts), settings, 3, 5)
    for run in range(3):
        assert counted(assigned, run, "train") == {(1, 1): 7, (1, 2): 1, (2, 1): 1, (2, 3): 26}
    assert not (assigned.run0 == assigned.run1).all()
    shuffled = strata(counts).sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(train_test_split.split(shuffled, settings, 3, 5), assigned)


def test_held_out_polygons_are_so_in_all_runs_and_leave_enough():
    counts = {(1, 1): 20, (1, 2): 1, (1, 3): 2, (2, 1): 3}
    assigned = train_test_split.split(strata(counts), settings_of(held_out_fraction=0.25), 2, 5)
    assert counted(assigned, 0, "held") == {(1, 1): 5, (2, 1): 1}
    assert ((assigned.run0 == "held") == (assigned.run1 == "held")).all()
    assert counted(assigned, 1, "train") == {(1, 1): 8, (1, 2): 1, (1, 3): 1, (2, 1): 1}
    assert counted(assigned, 1, "test") == {(1, 1): 7, (1, 3): 1, (2, 1): 1}


def test_components_are_dealt_together_and_shares_stay_near():
    polygons = strata({(1, 1): 40, (1, 2): 6})
    polygons["component"] = polygons.component.where(polygons.index >= 12, polygons.component[0])
    polygons.loc[polygons.code == 2, "component"] = 777
    for seed in range(10):
        assigned = train_test_split.split(polygons, settings_of(), 1, seed)
        assert (assigned.groupby("component").run0.nunique() == 1).all()
        assert abs(counted(assigned, 0, "train")[1, 1] - 20) <= 6
        assert counted(assigned, 0, "train")[1, 2] == 6


def sides(table):
    """Return the polygons of a table of pixels that train, that test in the first run, and that are held out."""
    return [set(table.polygon[table[name]]) for name in ("run0", "test0", "held")]


def pixels_of(polygons, folder):
    """Return the reference pixels of all tiles as the workflow finds them: cut by tiles, regions and clouds."""
    vectors.write_layers(folder / "territory.gpkg", {"footprints": GROUND.footprints, "regions": GROUND.regions})
    tables = []
    for tile, grid in TILES.items():
        regions, validity = folder / f"{tile}_regions.tif", folder / f"{tile}_validity.tif"
        ownership.write_tile_regions(folder / "territory.gpkg", tile, regions, {})
        with rasters.create(validity, grid, "uint16", {}) as dataset:
            observations = np.random.default_rng(3).integers(0, 4, (SIDE // 10, SIDE // 10)).astype(np.uint16)
            dataset.write(np.kron(observations, np.ones((10, 10), np.uint16)), 1)
        tables.append(reference_pixels.find_candidates(polygons, grid, regions, validity).assign(tile=tile))
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("given", SPLITS)
def test_polygons_are_never_on_both_sides(given, tmp_path):
    """Whatever cuts them: random layouts of overlapping polygons, two tiles that overlap, two regions, clouds."""
    for seed in range(3):
        path = tmp_path / f"{seed}.gpkg"
        layout(seed).to_file(path)
        settings = settings_of(file=str(path), **given)
        polygons, _ = cleaning.clean(settings, 2018, NOMENCLATURE, GROUND)
        assigned = train_test_split.split(polygons, settings, 2, seed)
        assert assigned.component.duplicated().any()
        parts = [assigned[assigned.run1 == role] for role in ("train", "test", "held")]
        for one, other in ((0, 1), (0, 2), (1, 2)):
            shared = parts[one].sjoin(parts[other].rename(columns=str.upper).set_geometry("GEOMETRY"))
            grounds = shared.geometry.intersection(parts[other].geometry.loc[shared.index_right], align=False)
            assert (grounds.area < 2).all()
        if given["split"] == "blocks":
            blocks = spatial_blocks.of_polygons(assigned, settings.block_m).values
            assert (assigned.groupby(blocks).run0.nunique() == 1).all()
        trained = assigned[assigned.run0 == "train"]
        assert set(trained.groupby(["number", "code"]).indices) == set(assigned.groupby(["number", "code"]).indices)
    pixels = pixels_of(assigned, tmp_path)
    assert pixels.groupby("polygon").tile.nunique().max() == 2
    assert pixels.groupby("polygon").number.nunique().max() == 2
    training, testing, held = sides(pixels)
    assert training
    assert testing
    assert bool(held) == ("held_out_fraction" in given)
    for one, other in ((training, testing), (training, held), (testing, held)):
        assert not one & other


def test_all_train_and_test(tmp_path):
    layout(1, 40).to_file(tmp_path / "r.gpkg")
    settings = settings_of(file=str(tmp_path / "r.gpkg"), split="all", held_out_fraction=0.2)
    polygons, _ = cleaning.clean(settings, 2018, NOMENCLATURE, GROUND)
    masks = roles.masks(train_test_split.split(polygons, settings, 1, 0))
    np.testing.assert_array_equal(masks["run0"], masks["test0"])
    np.testing.assert_array_equal(masks["run0"], ~masks["held"])
    assert masks["held"].any()


def test_a_file_of_test_polygons(tmp_path):
    def squares(positions, codes):
        return gpd.GeoDataFrame(
            {"code": codes}, geometry=[box(x, 4_899_500, x + 100, 4_899_600) for x in positions], crs="EPSG:32631"
        )

    squares([500_000, 500_200, 500_400, 501_000], [1, 2, 2, 1]).to_file(tmp_path / "train.gpkg")
    tests = squares([500_050, 500_400, 500_700], [1, 1, 3]).rename(columns={"code": "kind"}).to_crs("EPSG:2154")
    tests.to_file(tmp_path / "test.gpkg", layer="surveyed")
    settings = settings_of(
        file=str(tmp_path / "train.gpkg"),
        split="file",
        test_file=str(tmp_path / "test.gpkg"),
        test_field="kind",
        test_layer="surveyed",
    )
    polygons, findings = cleaning.clean(settings, 2018, NOMENCLATURE, GROUND)
    shift = cleaning.TEST_FILE_IDS
    assert polygons.polygon.tolist() == [1, 2, 4, shift + 1, shift + 2, shift + 3]
    assert polygons.area.round(-2).astype(int).tolist() == [5000, 10000, 10000, 10000, 10000, 10000]
    assigned = train_test_split.split(polygons, settings, 2, 0)
    for run in ("run0", "run1"):
        assert assigned[run].tolist() == ["train"] * 3 + ["test"] * 3
    train_test_split.note_gaps(assigned, GROUND.regions, NOMENCLATURE, findings)
    rows = {row["finding"]: (row["action"], row["ids"]) for row in findings.rows}
    assert rows["overlap with a test polygon"] == ("common ground cut out", [1, 3])
    assert rows["nothing left beside test polygons"] == ("left out", [3])
    assert rows["the only polygon of class 2 in region w"][0] == "trains, so the class is untested there"
    assert rows["no polygon of class 3 in region w trains"][0].startswith(
        "unless samples come from elsewhere, the model"
    )


def test_gaps_tell_class_region_and_runs():
    polygons = strata({(1, 1): 3, (1, 2): 1, (2, 1): 2}).assign(
        run0=["train", "train", "train", "train", "train", "test"],
        run1=["train", "test", "train", "train", "test", "train"],
        run2=["train", "train", "train", "train", "train", "test"],
    )
    findings = Findings()
    train_test_split.note_gaps(polygons, GROUND.regions, NOMENCLATURE, findings)
    assert [(row["finding"], row["ids"], row["code"]) for row in findings.rows] == [
        ("no polygon of class 1 in region w tests in runs 0, 2", [1, 4, 7], 1),
        ("the only polygon of class 2 in region w", [10], 2),
        ("no polygon of class 3", [], 3),
        ("no polygon of class 4", [], 4),
    ]


def test_a_class_of_which_nothing_is_held_out_is_named():
    polygons = strata({(1, 1): 3, (1, 2): 2}).assign(run0=["held", "train", "test", "train", "test"])
    findings = Findings()
    train_test_split.note_gaps(polygons, GROUND.regions, NOMENCLATURE, findings)
    assert findings.rows[0]["finding"] == "no polygon of class 2 in region w is held out"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"split": "file"}, "needs `test_file`"),
        ({"test_file": "t.shp"}, "is not used by `split: polygons`"),
        ({"test_field": "code"}, "is not given"),
        ({"split": "file", "test_file": "{tile}.shp"}, "braces"),
        ({"held_out_fraction": 1.0}, "less than 1"),
        ({"split": "random"}, "'polygons', 'blocks', 'all' or 'file'"),
    ],
)
def test_settings_that_cannot_be(given, message):
    with pytest.raises(ValueError, match=message):
        settings_of(**given)


def test_blocks_that_leave_nothing_to_test_or_to_hold_out_are_an_error():
    shapes = [box(10 * position, 0, 10 * position + 9, 9) for position in range(20)]
    polygons = gpd.GeoDataFrame(
        {"polygon": range(20), "component": range(20), "number": 1, "code": [1, 2] * 10, "tests": False},
        geometry=shapes,
        crs="EPSG:6933",
    )
    common = {"file": "f", "field": "c", "split": "blocks", "block_m": 5000}
    with pytest.raises(InputError, match=r"reference.split: no polygon tests run 0 \(1 blocks of 5000 m; lower"):
        train_test_split.split(polygons, ReferenceSettings(**common), 1, 0)
    with pytest.raises(InputError, match=r"held_out_fraction: no polygon can be held out \(1 blocks of 5000 m"):
        train_test_split.split(polygons, ReferenceSettings(**common, held_out_fraction=0.1), 1, 0)
    small = ReferenceSettings(**(common | {"block_m": 30}), held_out_fraction=0.1)
    assert train_test_split.split(polygons, small, 1, 0).run0.nunique() == 3
