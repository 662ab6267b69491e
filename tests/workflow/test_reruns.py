"""What one change costs: the jobs that a dry run of a finished project lists after it.

The table in docs/reruns.md is checked against these numbers; what fails prints it as it should be.
"""

import json
import os
import re
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio

from bad_input.inputs import OTHER_TILE, TILE, file_of, products_of, replace, small_configuration
from plans import Jobs, jobs_of, table
from running import ROOT, run_snakemake, write_config
from unit.viewer.maps import contents, images, read

# What depends on the models: training, all maps, all that is made of them.
TOLD = {"report": 1, "provenance": 1}
SANE = {"sanity": 1, "gate": 1, **TOLD}
CHECKED = {"map_page": 1, **SANE}
MAPPED = {"classify": 2, "mosaic": 2, "accuracy": 1, "seams": 1, **CHECKED}
TOLD_BY_FOLDS = {"sample_quality": 1, **TOLD}
FOLDED = {"cross_validate": 1, **TOLD_BY_FOLDS}
TRAINED = {"train": 1, **FOLDED, **MAPPED}
EXTRACTED = {"samples": 2, **TRAINED}
SAMPLED = {"select_samples": 1, **EXTRACTED}
ONE_TILE_SURVEYED = {"acquisitions": 1, "territory": 1, "reference": 1, "candidates": 2, "mosaic_validity": 1}
ONE_TILE_SURVEYED_ALONE = {"acquisitions": 1, "candidates": 1, "mosaic_validity": 1}
ONE_TILE_MAPPED = {**MAPPED, "classify": 1}

COSTS: dict[str, Jobs] = {
    "nothing; the profile, threads, memory": {},
    "a comment, docstring or line break in the code": {},
    "the wording of a message; memory constants; the number of the version": {},
    "a family of products or a method of interpolation that is not used": {},
    "a family that is used: the plan before the surveys (after them: what they find)": {
        "acquisitions": 2,
        "territory": 1,
        "reference": 1,
        "candidates": 2,
        "mosaic_validity": 1,
        **SAMPLED,
    },
    "a module of the report": TOLD,
    "names and colours of classes": {"style": 1, "mosaic": 1, **CHECKED},
    "groups of classes": {"style": 1, "mosaic": 1, "accuracy": 1, **CHECKED},
    "a kernel of the classification (`maps/output_block.py`)": MAPPED,
    "folds of the cross-validation": FOLDED,
    "which polygons are suspected": TOLD_BY_FOLDS,
    "suspected polygons left out": {"train": 1, **TOLD_BY_FOLDS, **MAPPED},
    "a parameter of the forest": TRAINED,
    "a kernel of the gap filling, which samples use too": EXTRACTED,
    "`step_days` of the output dates": {"dates": 1, **EXTRACTED},
    "a polygon moved": {"reference": 1, "candidates": 2, "mosaic_validity": 1, **SAMPLED},
    "a polygon moved, with frozen models": {"reference": 1, "candidates": 2, "accuracy": 1, **TOLD},
    "a scene added, removed, or one of its files replaced": {**ONE_TILE_SURVEYED, **SAMPLED},
    "the same with frozen models": {**ONE_TILE_SURVEYED_ALONE, **ONE_TILE_MAPPED},
    "a scene that moves the first or last common date": {**ONE_TILE_SURVEYED, "dates": 1, **SAMPLED},
    "a third tile": {
        **SAMPLED,
        "acquisitions": 1,
        "territory": 1,
        "reference": 1,
        "mosaic_validity": 1,
        "candidates": 3,
        "samples": 3,
        "classify": 3,
    },
    "a second year": {
        **SAMPLED,
        "dates": 1,
        "territory": 1,
        "reference": 1,
        "mosaic_validity": 1,
        "style": 1,
        "style_layers": 1,
        "acquisitions": 2,
        "candidates": 2,
    },
}
USED_FAMILY = "a family that is used: the plan before the surveys (after them: what they find)"
A_SCENE = "a scene added, removed, or one of its files replaced"
SHOWN = [
    "acquisitions",
    "dates",
    "reference",
    "candidates",
    "samples",
    "cross_validate",
    "train",
    "classify",
    "mosaic",
]


@pytest.fixture
def project(up_to_date: Path, tmp_path: Path) -> Path:
    """A copy to be changed, at another place, as a team would move it."""
    return Path(shutil.copytree(up_to_date, tmp_path / "work"))


def test_the_page_of_the_map_shows_the_mosaics(up_to_date: Path):
    results = up_to_date / "results/2018"
    text = (results / "map.html").read_text()
    layers = contents(text)["layers"]
    assert [layer["address"] for layer in layers] == [
        "map/run0/classification.tif",
        "map/run0/confidence.tif",
        "map/validity.tif",
    ]
    for layer, image in zip(layers, images(text), strict=True):
        np.testing.assert_array_equal(image, read(results / layer["address"]))


def plan(project: Path, *arguments: str, root: Path = ROOT, **changes: object) -> Jobs:
    """Return the number of jobs of each rule that a dry run lists, `all` aside."""
    config = write_config(project / "changed.yaml", small_configuration(**changes))
    done = run_snakemake(project, *arguments, "--dry-run", config=config, root=root)
    assert done.returncode == 0, done.stderr + done.stdout
    return jobs_of(done.stdout + done.stderr)


def make(project: Path, *arguments: str, root: Path = ROOT, **changes: object) -> None:
    config = write_config(project / "changed.yaml", small_configuration(**changes))
    done = run_snakemake(project, *arguments, config=config, root=root)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def products(project: Path, tile: str = TILE) -> list[Path]:
    return products_of(project / "data/archive", tile)


def add_scene(project: Path) -> None:
    """Give a tile one more scene, between its first and its last."""
    old = products(project)[3]
    shutil.copytree(old, old.with_name(old.name.replace(old.name.split("_")[1], "20180601-110829-000")))


def edited_program(folder: Path, module: str, old: str, new: str) -> Path:
    """Return a copy of the program, or that very copy, in which a module is edited."""
    if not folder.exists():
        for name in ("workflow", "scripts", "profiles", "config", "envs"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("local", "slurm"):
            (folder / name).symlink_to(f"profiles/{name}")
        # What is known of files of code, so that the edited one alone is parsed again.
        shutil.copytree(ROOT / ".cache/digests", folder / ".cache/digests")
    path = folder / "scripts/landloom" / module
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return folder


def test_the_documentation_says_so():
    expected = table(COSTS, SHOWN)
    assert expected in (ROOT / "docs/reruns.md").read_text(), expected


def test_nothing_changed(project: Path):
    assert plan(project) == COSTS["nothing; the profile, threads, memory"]


def test_profile_and_threads(project: Path):
    resources = ("--set-resources", "classify:mem_mb=900", "classify:device=auto")
    assert plan(project, "--cores", "1", "--set-threads", "classify=1", *resources) == {}


@pytest.mark.long
def test_files_touched_but_not_changed_by_the_time_they_are_surveyed(project: Path):
    """The plan cannot know; after the surveys it does."""
    for path in products(project)[3].rglob("*.tif"):
        path.touch()
    assert plan(project) == {**ONE_TILE_SURVEYED, **SAMPLED}
    make(project, "surveys")
    assert plan(project) == {}


def test_a_comment(project: Path, tmp_path: Path):
    expression = edited_program(tmp_path / "program", "timeseries/gap_filling.py", "\n\n\n", "\n\n\n# A comment.\n")
    assert plan(project, root=expression) == COSTS["a comment, docstring or line break in the code"]


NOT_USED = [
    ("models/estimators/fitting.py", "CALIBRATION_FOLDS = 5", "CALIBRATION_FOLDS = 4"),
    ("models/padded_blocks.py", "DECIMALS = 6", "DECIMALS = 5"),
    ("sensors/hls.py", "FMASK_NODATA = 255", "FMASK_NODATA = 254"),
    ("sensors/stac/products.py", '"swir22": "S2",', '"swir22": "S1",'),
    ("timeseries/whittaker.py", "LANES = 64", "LANES = 32"),
]
WITHOUT_EFFECT = [
    ("core/memory.py", "BASE_MB = 800", "BASE_MB = 900"),
    ("core/text.py", "_MOST_NAMES = 200, 20, 10", "_MOST_NAMES = 100, 10, 5"),
    ("core/version.py", 'VERSION = "', 'VERSION = "9.'),
    ("models/forest/costs.py", "us_per_mb=0.4", "us_per_mb=0.5"),
    ("models/forest/files.py", 'raise InputError(f"', 'raise InputError(f"so: '),
]


def test_what_is_not_used_or_changes_no_value(project: Path, tmp_path: Path):
    for edit in NOT_USED + WITHOUT_EFFECT:
        edited_program(tmp_path / "program", *edit)
    assert plan(project, root=tmp_path / "program") == {}


@pytest.mark.long
def test_a_family_that_is_used(project: Path, tmp_path: Path):
    """The surveys find what they found before: left is the validity, whose tags tell the code that made it."""
    old = "covered = muscate.tell_nodata(settings.invalid_bits)"
    expression = edited_program(tmp_path / "program", "sensors/sentinel2/theia.py", old, f"{old} or False")
    assert plan(project, root=expression) == COSTS[USED_FAMILY]
    make(project, "surveys", root=expression)
    assert plan(project, root=expression) == {"mosaic_validity": 1, **CHECKED}


@pytest.mark.long
def test_a_family_that_describes_products_otherwise(project: Path, tmp_path: Path):
    """What it reads otherwise is read otherwise in samples and maps, though no file has changed."""
    old = "return RasterBand(path, nodata=(nodata,))"
    expression = edited_program(tmp_path / "program", "sensors/muscate.py", old, "return RasterBand(path, gain=2.0)")
    make(project, "surveys", root=expression)
    done = plan(project, root=expression)
    assert {rule: done.get(rule) for rule in EXTRACTED} == EXTRACTED


def test_a_module_of_the_report(project: Path, tmp_path: Path):
    expression = edited_program(tmp_path / "program", "report/page.py", "def ", "A_CONSTANT = 1\n\n\ndef ")
    assert plan(project, root=expression) == COSTS["a module of the report"]


def test_what_comes_with_an_input_is_made_again_where_it_or_everything_is_asked_for(project: Path):
    """Where a part is asked for, the plan does not look for it; surveys ask for what they make."""
    tile = project / f"results/2018/tiles/{TILE}"
    grid = (tile / "grid.json").read_bytes()
    for name in ("grid.json", "run0/counts.json"):
        (tile / name).unlink()
    assert plan(project, "results/2018/report.html") == {}
    whole = plan(project)
    assert (whole["acquisitions"], whole["classify"]) == (1, 2)  # known to be one after the survey
    asked = plan(project, "surveys")
    assert (asked["acquisitions"], "samples" in asked) == (1, False)
    (tile / "grid.json").write_bytes(grid)
    assert plan(project, f"results/2018/tiles/{TILE}/run0/counts.json") == {"classify": 1}


def test_a_kernel(project: Path, tmp_path: Path):
    expression = edited_program(tmp_path / "program", "maps/output_block.py", "best = 0", "best = 0 + 0")
    assert plan(project, root=expression) == COSTS["a kernel of the classification (`maps/output_block.py`)"]


def test_a_kernel_that_samples_use_too(project: Path, tmp_path: Path):
    expression = edited_program(tmp_path / "program", "timeseries/gap_filling.py", "BLOCK = 256", "BLOCK = 128 * 2")
    assert plan(project, root=expression) == COSTS["a kernel of the gap filling, which samples use too"]


def test_a_scene_added(project: Path):
    add_scene(project)
    assert plan(project) == COSTS[A_SCENE]


def test_a_scene_removed(project: Path):
    shutil.rmtree(products(project)[3])
    assert plan(project) == COSTS[A_SCENE]


def test_a_band_replaced_within_a_scene(project: Path):
    path = file_of(products(project)[3], "FRE_B4")
    content = path.read_bytes()
    folder = path.parent.stat()
    replace(path, content)
    os.utime(path, ns=(1, 1))
    os.utime(path.parent, ns=(folder.st_atime_ns, folder.st_mtime_ns))
    assert plan(project) == COSTS[A_SCENE]


def test_the_first_scene_removed_moves_the_dates(project: Path):
    latest_start = max((products(project, tile)[0] for tile in (TILE, OTHER_TILE)), key=lambda path: path.name[11:])
    shutil.rmtree(latest_start)
    assert plan(project) == COSTS["a scene that moves the first or last common date"]


def move_polygon(path: Path) -> None:
    polygons = gpd.read_file(path)
    polygons.loc[0, "geometry"] = polygons.geometry[0].buffer(1)
    path.unlink()
    polygons.to_file(path)


def test_a_polygon_moved(project: Path):
    move_polygon(project / "data/2018/reference.gpkg")
    assert plan(project) == COSTS["a polygon moved"]


def test_a_parameter_of_the_forest(project: Path):
    assert plan(project, model={"trees": 11}) == COSTS["a parameter of the forest"]


@pytest.mark.parametrize(
    ("change", "section"),
    [
        ("folds of the cross-validation", {"folds": 3}),
        ("which polygons are suspected", {"suspected": {"fraction": 0.7}}),
        ("suspected polygons left out", {"suspected": {"leave_out": True}}),
    ],
)
def test_what_folds_of_the_samples_tell(project: Path, change: str, section: dict[str, object]):
    assert plan(project, cross_validation=section) == COSTS[change]


def test_another_classifier_and_a_search_for_its_parameters(project: Path):
    search = {"grid": {"C": [1, 10]}, "groups": "block", "block_m": 1000}
    model = {"type": "sklearn", "classifier": "SVC", "search": search, "largest_training_area_km2": 5}
    assert plan(project, model=model) == TRAINED
    assert (project / "results/2018/models/all_run0.npz").exists()


def test_a_step_of_the_gap_filling(project: Path):
    sensor = small_configuration()["sensors"]["s2"] | {"step_days": 40}
    assert plan(project, sensors={"s2": sensor}) == COSTS["`step_days` of the output dates"]


def sensor_with(**keys: object) -> dict[str, object]:
    return {"sensors": {"s2": small_configuration()["sensors"]["s2"] | keys}}


@pytest.mark.long
def test_an_archive_moved(project: Path):
    """After the surveys nothing is left to do but to tell of it; nor where keys choose what was chosen before."""
    (project / "data/archive").rename(project / "data/images")
    dates = json.loads((project / "results/2018/dates.json").read_text())["s2"]
    same = {"start": dates[0][5:], "end": dates[-1][5:], "days": ["01-01", "12-31"], "required": False}
    for keys in ({}, same):
        changes = sensor_with(archive="data/images", **keys)
        make(project, "surveys", **changes)
        assert plan(project, **changes) == TOLD


@pytest.mark.long
def test_other_products_chosen(project: Path):
    changes = sensor_with(days=["01-01", "06-30"], start="02-20", end="06-10")
    make(project, "surveys", **changes)
    assert plan(project, **changes) == EXTRACTED | {"mosaic_validity": 1}


@pytest.mark.parametrize("keys", [{"resampling": "nearest"}, {"bands": ["B4", "B3", "B8", "B11"]}])
def test_products_read_otherwise(project: Path, keys: dict[str, object]):
    done = plan(project, **sensor_with(**keys))
    assert {rule: done[rule] for rule in EXTRACTED} == EXTRACTED


def test_the_palette(project: Path):
    path = project / "data/nomenclature.csv"
    path.write_text(re.sub("#......", "#123456", path.read_text(), count=1))
    assert plan(project) == COSTS["names and colours of classes"]


def test_groups_of_classes(project: Path):
    path = project / "data/nomenclature.csv"
    head, *lines = path.read_text().splitlines()
    grouped = [f"{line},{'crops' if rank < 3 else ''}" for rank, line in enumerate(lines)]
    path.write_text("\n".join([f"{head},group", *grouped]) + "\n")
    assert plan(project) == COSTS["groups of classes"]


def test_a_tile_added(project: Path):
    for product in (products(project)[0], products(project)[-1]):
        shutil.copytree(product, project / "data/archive/T30TYQ" / product.name.replace(TILE, "T30TYQ"))
    assert plan(project, tiles=[TILE, OTHER_TILE, "T30TYQ"]) == COSTS["a third tile"]


def test_a_year_added(project: Path):
    shutil.copytree(project / "data/2018", project / "data/2019")
    assert plan(project, years={2018: None, 2019: None}) == COSTS["a second year"]


def frozen() -> dict[str, object]:
    return {"type": "frozen", "file": "results/2018/models/{region}_run{run}.npz"}


@pytest.mark.long
def test_frozen_models(project: Path):
    # Grids and regions get jobs of their own.
    surveyed = {"grid": 2, "acquisitions": 2, "territory": 1, "reference": 1, "regions": 2, "candidates": 2}
    assert plan(project, model=frozen()) == {"frozen_dates": 1, **surveyed, "mosaic_validity": 1, **MAPPED}
    make(project, "surveys", model=frozen())
    assert plan(project, model=frozen()) == SANE
    make(project, model=frozen())
    assert plan(project, model=frozen()) == {}
    path = project / "data/2018/reference.gpkg"
    content = path.read_bytes()
    move_polygon(path)
    assert plan(project, model=frozen()) == COSTS["a polygon moved, with frozen models"]
    replace(path, content)
    assert plan(project, model=frozen()) == {}
    add_scene(project)
    assert plan(project, model=frozen()) == COSTS["the same with frozen models"]


def labels(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


@pytest.mark.long
def test_frozen_models_map_another_year(project: Path):
    """The same scenes a year later give the same map."""
    for product in products(project):
        product.rename(product.with_name(product.name.replace("_2018", "_2019", 1)))
    map_of_year = "results/{}/tiles/" + TILE + "/run0/classification.tif"
    reference = {"file": "data/2018/reference.gpkg", "field": "code"}
    changes = {"years": {2019: None}, "tiles": [TILE], "reference": reference, "model": frozen()}
    make(project, map_of_year.format(2019), **changes)
    dates, trained = (json.loads((project / f"results/{year}/dates.json").read_text()) for year in (2019, 2018))
    assert dates == {"s2": [date.replace("2018", "2019") for date in trained["s2"]]}
    now, before = (labels(project / map_of_year.format(year)) for year in (2019, 2018))
    both = (now > 0) & (before > 0)
    assert both.mean() > 0.3
    assert np.array_equal(now[both], before[both])
