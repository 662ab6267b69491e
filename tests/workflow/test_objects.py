"""Objects of two tiles, end to end: parcels that cross the tiles have one label, and test pixels train nothing."""

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import yaml
from rasterio.features import rasterize
from rasterio.transform import from_origin
from shapely.geometry import box

import products
from landloom.provenance import verify
from plans import Jobs, jobs_of, table
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

SIDE, PARCEL, RESOLUTION_M = 60, 8, 10.0
WEST, NORTH = 400000.0, 4800000.0
TILES = {"A": 0, "B": 40}
"""First column of each."""

COLUMNS = 100
LEFT_OUT = 9
"""Of so many parcels, one is no object."""

CHECKED = {"sanity": 1, "gate": 1, "map_page": 1, "report": 1, "provenance": 1}
MAPPED = {"classify_objects": 2, "object_vectors": 2, "mosaic": 4, "accuracy": 1, "seams": 2, **CHECKED}
MAPPED |= {"accuracy_objects": 1}
TRAINED = {"cross_validate": 1, "train": 2, "sample_quality": 1, **MAPPED}
LABELLED = {"object_candidates": 1, "select_samples": 1, "object_samples": 2, **TRAINED}
SUMMED = {"object_sums": 2, "object_borders": 1, "object_reference": 2, **LABELLED}
SURVEYED = {"acquisitions": 1, "territory": 1, "reference": 1, "candidates": 2, "mosaic_validity": 1}
COSTS: dict[str, Jobs] = {
    "a parameter of the forest": TRAINED,
    "when the reference labels an object (`objects.label`)": LABELLED,
    "`objects.statistics`": SUMMED,
    "a polygon of the segmentation": {"segmentation": 2, **SUMMED},
    "a scene added: the plan before the surveys": {**SURVEYED, "segmentation": 1, **SUMMED},
}
SHOWN = ["segmentation", "object_sums", "object_borders", "object_samples", "train", "classify_objects", "mosaic"]
"""What one change costs: the table of docs/reruns.md."""


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


def objects(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out parcels of the reference and others: ground in no object."""
    return frame[frame.index % LEFT_OUT != 4]


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
    objects(frame).to_file(folder / "parcels.gpkg")
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


def test_files_and_columns_are_documented(project: Path):
    assert products.undocumented(project.parents[1]) == []


def test_each_parcel_has_one_label_in_the_map(project: Path):
    labels, frame = labels_of(project), parcels()
    frame = objects(frame)
    burnt = rasterize(zip(frame.geometry, frame.index + 1, strict=True), labels.shape, transform=transform())
    inside = frame[frame.intersects(box(WEST, NORTH - 600, WEST + 1000, NORTH))]
    right = 0
    for position in inside.index:
        found = np.unique(labels[burnt == position + 1])
        assert len(found) == 1, frame.name[position]
        right += found[0] == frame.label[position]
    assert right / len(inside) > 0.95
    assert (labels[burnt == 0] == 0).all()
    assert 0.05 < (burnt == 0).mean() < 0.2


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
    frame, labels = objects(parcels()).set_index("name"), labels_of(project)
    inside = frame.intersects(box(WEST + 1, NORTH - 599, WEST + 999, NORTH - 1))
    assert set(found.index) == set(frame.index[inside])
    assert found.geometry.geom_equals_exact(frame.geometry[found.index], 1e-6).all()
    for parcel in found.itertuples():
        x, y = parcel.geometry.centroid.coords[0]
        if x < WEST + 1000:
            assert parcel.code == labels[int((NORTH - y) // 10), int((x - WEST) // 10)]
    assert (found.pixels[:11] == PARCEL**2).all()
    probabilities = found[["probability_1", "probability_2", "probability_3"]]
    assert (probabilities.sum(axis=1) - 1000).abs().max() <= 2
    assert ((probabilities.max(axis=1) / 10 - found.confidence).abs() <= 0.6).all()
    assert set(found["class"]) == {"Wheat", "Maize", "Forest"}


def test_objects_are_scored_as_wholes(project: Path):
    scores = (
        pd.read_csv(project / "accuracy/object_scores.csv").query("code == 0").set_index(["run", "unit", "score"])
    )
    candidates = pd.read_parquet(project / "object_candidates.parquet")
    for run in (0, 1):
        tested = scores["value"][run, "objects", "tested"]
        assert tested == candidates[f"test{run}"].sum() > 5
        assert 0.5 * tested * PARCEL**2 < scores["value"][run, "object_pixels", "tested"] <= tested * PARCEL**2
        assert scores["value"][run, "objects", "overall_accuracy"] > 0.9
    page = (project / "report.html").read_text()
    assert 'id="object-scores"' in page
    assert "of the ground of all tiles lies in no object" in page


def test_every_file_is_recorded_and_in_place(project: Path):
    recorded = (project / "provenance.json").read_text()
    for name in (
        "object_borders.parquet",
        "map/run1/objects.gpkg",
        "tiles/A/objects.tif",
        "accuracy/object_scores.csv",
    ):
        assert name in recorded
    assert verify.verify(project / "provenance.json", project.parents[1])


def changed(folder: Path, change: str, content: dict) -> dict:
    """Change something in a copy of the project; return its configuration."""
    if change == "a parameter of the forest":
        return content | {"model": {"type": "random_forest", "trees": 11}}
    if change.startswith("when the reference"):
        return content | {"objects": content["objects"] | {"label": {"coverage": 0.6}}}
    if "statistics" in change:
        return content | {"objects": content["objects"] | {"statistics": ["mean"]}}
    if change.startswith("a polygon"):
        frame = parcels()
        frame.loc[0, "geometry"] = frame.geometry[0].buffer(-1)
        (folder / "parcels.gpkg").unlink()
        objects(frame).to_file(folder / "parcels.gpkg")
    else:
        shutil.copy(folder / "archive/A_20180601.tif", folder / "archive/A_20180701.tif")
    return content


@pytest.mark.parametrize("change", COSTS)
def test_what_one_change_costs(project: Path, tmp_path: Path, change: str):
    folder = Path(shutil.copytree(project.parents[1], tmp_path / "work"))
    content = changed(folder, change, yaml.safe_load((folder / "config.yaml").read_text()))
    done = run_snakemake(folder, "--dry-run", config=write_config(folder / "changed.yaml", content))
    assert jobs_of(done.stdout + done.stderr) == COSTS[change], done.stderr


def test_frozen_models_map_objects_without_samples(project: Path, tmp_path: Path):
    folder = Path(shutil.copytree(project.parents[1], tmp_path / "work"))
    content = yaml.safe_load((folder / "config.yaml").read_text())
    content["model"] = {"type": "frozen", "file": "results/2018/models/{region}_run{run}.npz"}
    done = run_snakemake(folder, "--dry-run", config=write_config(folder / "changed.yaml", content))
    assert done.returncode == 0, done.stdout
    assert not {"train", "object_samples", "object_candidates"} & set(jobs_of(done.stdout + done.stderr))


def test_the_documentation_says_so():
    expected = table(COSTS, SHOWN)
    assert expected in (ROOT / "docs/reruns.md").read_text(), expected


def test_polygons_without_an_object_are_counted(project: Path):
    table = pd.read_csv(project / "object_polygons.csv")
    reasons = table[["outside", "coverage", "purity", "split"]].sum(axis=1)
    assert (table.objects + reasons == table.polygons).all()
    assert reasons.sum() == table.outside.sum() > 0


@pytest.fixture(scope="module")
def pixel_map(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project by pixels, whose objects get the class of most of them."""
    folder = tmp_path_factory.mktemp("pixels") / "work"
    products = shutil.ignore_patterns("results", "logs", "benchmarks", ".snakemake")
    shutil.copytree(project.parents[1], folder, ignore=products)
    content = yaml.safe_load((folder / "config.yaml").read_text())
    content |= {"objects": {"segmentation": "parcels.gpkg", "field": "name", "method": "majority"}, "runs": 1}
    target = "results/2018/map/run0/objects.gpkg"
    done = run_snakemake(folder, target, config=write_config(folder / "config.yaml", content))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results/2018"


def test_parcels_get_the_class_of_most_pixels(pixel_map: Path):
    found = gpd.read_file(pixel_map / "map/run0/objects.gpkg").set_index("name")
    truth = parcels().set_index("name").label[found.index]
    assert (found.code == truth).mean() > 0.9
    votes = found[["pixels_1", "pixels_2", "pixels_3"]].to_numpy()
    assert (votes.sum(axis=1) == found.classified_pixels).all()
    np.testing.assert_allclose(found.share, 100 * votes.max(axis=1) / votes.sum(axis=1))
    assert (found.pixels <= PARCEL**2).all()


def test_ground_outside_of_objects_is_that_of_a_map_of_pixels(project: Path, pixel_map: Path, tmp_path: Path):
    folder = Path(shutil.copytree(project.parents[1], tmp_path / "work"))
    content = yaml.safe_load((folder / "config.yaml").read_text())
    content["objects"]["outside"] = "pixels"
    layers = [f"results/2018/tiles/A/run0/{layer}.tif" for layer in ("classification", "confidence")]
    done = run_snakemake(folder, *layers, config=write_config(folder / "config.yaml", content))
    outside = {f"{rule}_outside": 2 for rule in ("samples", "train")} | {"select_samples_outside": 1, "outside": 1}
    assert jobs_of(done.stdout + done.stderr) == {**outside, "classify_outside": 1, "classify_objects": 1}
    with rasterio.open(folder / "results/2018/tiles/A/objects.tif") as file:
        in_objects = file.read(1) > 0
    for layer in layers:
        found, of_objects, of_pixels = (
            rasterio.open(root / layer).read(1) for root in (folder, project.parents[1], pixel_map.parents[1])
        )
        np.testing.assert_array_equal(found[in_objects], of_objects[in_objects])
        np.testing.assert_array_equal(found[~in_objects], of_pixels[~in_objects])
        assert (found[~in_objects] > 0).any()
