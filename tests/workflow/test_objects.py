"""Objects of two tiles, end to end: parcels that cross the tiles have one label, and test pixels train nothing."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.features import rasterize
from rasterio.transform import from_origin
from shapely.geometry import box

from running import run_snakemake, write_config

pytestmark = pytest.mark.long

SIDE, PARCEL, RESOLUTION_M = 60, 8, 10.0
WEST, NORTH = 400000.0, 4800000.0
TILES = {"A": 0, "B": 40}
"""First column of each."""

COLUMNS = 100


def transform(column: int = 0):
    return from_origin(WEST + column * RESOLUTION_M, NORTH, RESOLUTION_M, RESOLUTION_M)


def parcels() -> gpd.GeoDataFrame:
    """Parcels of one class each; those of the last column lie outside of all tiles."""
    random = np.random.default_rng(4)
    side = PARCEL * RESOLUTION_M
    places = [(row, column) for row in range(SIDE // PARCEL) for column in range(COLUMNS // PARCEL + 2)]
    shapes = [
        box(WEST + column * side, NORTH - (row + 1) * side, WEST + (column + 1) * side, NORTH - row * side)
        for row, column in places
    ]
    fields = {
        "name": [f"parcel {row} {column}" for row, column in places],
        "label": random.integers(1, 4, len(places)),
    }
    return gpd.GeoDataFrame(fields, geometry=shapes, crs="EPSG:32631")


def make(folder: Path, frame: gpd.GeoDataFrame) -> Path:
    """Write the archive, the reference and the configuration of a project."""
    random = np.random.default_rng(5)
    truth = rasterize(zip(frame.geometry, frame.label, strict=True), (SIDE, COLUMNS), transform=transform())
    (folder / "archive").mkdir()
    for day in ("20180201", "20180601", "20181001"):
        noise = random.normal(0, 500, (2, SIDE, COLUMNS))
        bands = (truth * np.array([300, 500])[:, None, None] + noise).astype("int16")
        for tile, column in TILES.items():
            options = {"driver": "GTiff", "height": SIDE, "width": SIDE, "crs": "EPSG:32631", "nodata": -10000}
            with rasterio.open(
                folder / f"archive/{tile}_{day}.tif",
                "w",
                count=2,
                dtype="int16",
                transform=transform(column),
                **options,
            ) as file:
                file.write(bands[:, :, column : column + SIDE])
    frame.to_file(folder / "parcels.gpkg")
    known = frame[frame.index % 2 == 0]
    known.assign(geometry=known.buffer(-10))[["label", "geometry"]].to_file(folder / "reference.gpkg")
    (folder / "classes.csv").write_text("label,name,color\n1,Wheat,#ff0000\n2,Maize,#00ff00\n3,Forest,#0000ff\n")
    series = {"type": "series", "archive": "archive", "file": "{tile}_{date}.tif", "bands": {"red": 1, "nir": 2}}
    content = {
        "years": {2018: None},
        "tiles": list(TILES),
        "sensors": {"s": {**series, "step_days": 60}},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.gpkg", "field": "label"},
        "objects": {"segmentation": "parcels.gpkg", "field": "name", "statistics": ["mean", "std"]},
        "cross_validation": {"folds": 3, "block_m": 150},
        "model": {"type": "random_forest", "trees": 10},
        "runs": 2,
        "seed": 5,
    }
    return write_config(folder / "config.yaml", content)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("objects")
    config = make(folder, parcels())
    done = run_snakemake(folder, config=config)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results/2018"


def labels_of(project: Path) -> np.ndarray:
    with rasterio.open(project / "map/run0/classification.tif") as dataset:
        return dataset.read(1)


def test_each_parcel_has_one_label_in_the_map(project: Path):
    labels, frame = labels_of(project), parcels()
    burnt = rasterize(zip(frame.geometry, range(1, len(frame) + 1), strict=True), labels.shape, transform=transform())
    inside = frame[frame.intersects(box(WEST, NORTH - 600, WEST + 1000, NORTH))]
    right = 0
    for position in inside.index:
        found = np.unique(labels[burnt == position + 1])
        assert len(found) == 1, frame.name[position]
        right += found[0] == frame.label[position]
    assert right / len(inside) > 0.95
    assert (labels[burnt == 0] == 0).all()


def test_parcels_of_two_tiles_are_one_row(project: Path):
    shared = pd.read_parquet(project / "object_borders.parquet")
    assert len(shared) >= SIDE // PARCEL
    assert (shared.pixels == PARCEL**2).all()


def test_parcels_with_test_pixels_do_not_train(project: Path):
    samples = pd.concat(pd.read_parquet(project / f"tiles/{tile}/samples.parquet") for tile in TILES)
    reference = gpd.read_file(project / "reference.gpkg").set_index("polygon")
    for run in ("run0", "run1"):
        trained = samples.loc[samples[run], "polygon"]
        assert len(trained) > 10
        assert (reference.loc[trained, run] == "train").all()
    assert not samples.duplicated("polygon").any()
    assert {"s_red_mean_20180201", "s_red_std_20180201"} < set(samples.columns)


def test_parcels_are_polygons_with_their_class(project: Path):
    found = gpd.read_file(project / "map/run0/objects.gpkg").set_index("name")
    frame, labels = parcels().set_index("name"), labels_of(project)
    inside = frame.intersects(box(WEST + 1, NORTH - 599, WEST + 999, NORTH - 1))
    assert set(found.index) == set(frame.index[inside])
    assert found.geometry.geom_equals_exact(frame.geometry[found.index], 1e-6).all()
    for parcel in found.itertuples():
        x, y = parcel.geometry.centroid.coords[0]
        if x < WEST + 1000:
            assert parcel.code == labels[int((NORTH - y) // 10), int((x - WEST) // 10)]
    assert (found.pixels[:12] == PARCEL**2).all()
    probabilities = found[["probability_1", "probability_2", "probability_3"]]
    assert (probabilities.sum(axis=1) - 1000).abs().max() <= 2
    assert ((probabilities.max(axis=1) / 10 - found.confidence).abs() <= 0.6).all()
    assert set(found["class"]) == {"Wheat", "Maize", "Forest"}


def test_polygons_without_an_object_are_counted(project: Path):
    table = pd.read_csv(project / "object_polygons.csv")
    reasons = table[["outside", "coverage", "purity", "split"]].sum(axis=1)
    assert (table.objects + reasons == table.polygons).all()
    assert reasons.sum() == 0
