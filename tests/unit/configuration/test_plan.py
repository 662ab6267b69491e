"""The plan of the workflow, made of a configuration without Snakemake."""

import pytest
import yaml

from bad_input.inputs import small_configuration
from landloom.configuration import configuration
from landloom.configuration.file_patterns import placed
from landloom.configuration.listings import Listings
from landloom.configuration.plan import WorkflowPlan, selected
from landloom.core.errors import InputError
from running import ROOT

FROZEN = {"type": "frozen", "file": "models/{region}_run{run}.npz"}
REGIONS = {"file": "data/regions.gpkg", "field": "region", "names": ["North sea", "south"]}
BOUNDARY = {"interior_m": 100, "exterior_m": 200, "compare": True}
SENSOR = small_configuration()["sensors"]["s2"]
STAC = {"type": "stac", "bands": {"red": "red"}}
SEARCH = {"url": "https://example.org/api", "collections": ["c"]}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working directory with the nomenclature alone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    lines = ["label,name,color,group", "10,wood,#00ff00,green", "20,grass,#80ff00,green", "30,water,#0000ff,"]
    (tmp_path / "data/nomenclature.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def plan_of(**sections):
    return WorkflowPlan.of(configuration.parse(small_configuration(**sections)))


def test_names_stand_as_in_file_names():
    plan = plan_of(years={2018: None, 2020: {"start": "2019-11-01"}}, runs=2, regions=REGIONS)
    assert (plan.years, plan.runs) == (["2018", "2020"], ["0", "1"])
    assert plan.periods == {"2018": ["2018-01-01", "2018-12-31"], "2020": ["2019-11-01", "2020-12-31"]}
    assert plan.regions == configuration.region_slugs(plan.settings)
    assert (plan.tile_years, plan.region_years) == (4, 4)
    assert plan_of().regions == ["all"]


@pytest.mark.parametrize(
    ("fusion", "expected"),
    [
        ({"method": "majority", "ties": "undecided"}, {"method": "majority", "ties": "undecided"}),
        ({"method": "mean_probability"}, {"method": "mean_probability", "ties": "confidence"}),
        ({"method": "dempster_shafer"}, {}),
        ({"maps": [{"classification": "other/{tile}.tif"}]}, {}),
        (None, {}),
    ],
)
def test_runs_are_fused_as_they_are_mapped_unless_others_have_a_say(fusion, expected):
    reference = small_configuration()["reference"] | {"held_out_fraction": 0.1}
    assert plan_of(runs=2, reference=reference, fusion=fusion).fusion_with_runs == expected


def test_maps_depend_on_labels_and_scores_on_groups():
    legend = plan_of().legend
    assert legend.classes == {10: "10", 20: "20", 30: "30"}
    assert legend.groups == {10: "green", 20: "green"}
    assert legend.made_files == []


def test_a_nomenclature_that_a_rule_makes_is_an_input_and_not_read():
    content = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    plan = WorkflowPlan.of(configuration.parse(content))
    assert plan.legend.made_files == ["demo/nomenclature.csv"]
    assert (plan.legend.classes, plan.legend.groups) == ([], [])
    assert plan.sensors.made_archives == ["demo/archive"]
    assert plan.sensors.watched == {}
    assert not plan.sensors.listing_tells_products


def test_a_nomenclature_that_cannot_be_read_ends_planning():
    with pytest.raises(InputError, match="no_such"):
        plan_of(nomenclature="no_such.csv")


def test_what_a_configuration_does_not_have_is_an_empty_list_of_files():
    files = plan_of().files
    assert [files.shifts, files.rasters, files.functions, files.boundary_weights] == [[]] * 4
    assert files.sample_counts == "results/{year}/sample_counts.csv"
    moved = {"s2": SENSOR | {"coregistration": {"band": "B4", "reference": "best"}}}
    map_section = {"crs": "EPSG:2154", "boundary_fusion": BOUNDARY}
    rasters = {"altitude": {"file": "{tile}.tif"}}
    files = plan_of(sensors=moved, rasters=rasters, regions=REGIONS, map=map_section).files
    assert files.shifts == "results/{year}/tiles/{tile}/shifts.csv"
    assert files.rasters == "results/{year}/tiles/{tile}/static_rasters.csv"
    assert files.boundary_weights == "results/{year}/tiles/{tile}/boundaries.tif"


@pytest.mark.parametrize(
    ("sections", "model"),
    [
        ({}, "results/{year}/models/{region}_run{run}.npz"),
        ({"model": {"type": "sklearn", "classifier": "SVC"}}, "results/{year}/models/{region}_run{run}.skops"),
        ({"model": FROZEN}, FROZEN["file"]),
        (
            {"sensors": {"a": SENSOR, "b": SENSOR}, "sensor_fusion": {"groups": {"one": ["a"], "two": ["b"]}}},
            "results/{year}/models/{region}_run{run}_{group}.npz",
        ),
    ],
)
def test_models_are_of_regions_and_runs_and_of_groups_of_sensors(sections, model):
    plan = plan_of(**sections)
    assert plan.files.model == model
    assert plan.files.importance.endswith(f"{plan.files.model_name}_importance.csv")
    assert plan.frozen == (model == FROZEN["file"])


def test_frozen_models_have_no_samples():
    plan = plan_of(model=FROZEN, samples={"from_map": {"year": 2018, "labels": [10]}}, years={2018: None, 2019: None})
    assert plan.frozen
    assert plan.from_map is None
    assert (plan.importance, plan.trains_on_ground, plan.searches_parameters) == (False, False, False)
    assert plan.files.sample_counts == []


def test_borders_are_between_regions():
    map_section = {"crs": "EPSG:2154", "boundary_fusion": BOUNDARY}
    one, two = (plan_of(regions=REGIONS | {"names": REGIONS["names"][:count]}, map=map_section) for count in (1, 2))
    assert (one.boundary, one.compares_boundaries) == (None, False)
    assert two.boundary is not None
    assert two.boundary["exterior_m"] == 200
    assert two.compares_boundaries
    assert "separate" in two.layers


@pytest.mark.parametrize(
    ("sections", "runs"),
    [
        ({}, ["0"]),
        ({"cross_validation": {"suspected": {"leave_out": True}}}, ["0", "1", "2"]),
        (
            {"sensors": {"a": SENSOR, "b": SENSOR}, "sensor_fusion": {"groups": {"one": ["a"], "two": ["b"]}}},
            ["0", "1", "2"],
        ),
    ],
)
def test_all_runs_are_cross_validated_where_something_goes_by_it(sections, runs):
    plan = plan_of(runs=3, **sections)
    assert plan.cross_validated_runs == runs
    assert "suspected" not in plan.cross_validation


def test_training_looks_up_ground_for_areas_and_blocks_alone():
    assert not plan_of().trains_on_ground
    assert plan_of(model={"largest_training_area_km2": 5}).trains_on_ground
    for groups in ("block", "polygon"):
        search = {"grid": {"max_depth": [5, 10]}, "groups": groups}
        search |= {"block_m": 1000} if groups == "block" else {}
        plan = plan_of(model={"search": search})
        assert plan.searches_parameters
        assert plan.trains_on_ground == (groups == "block")


def test_digests_hold_what_is_read_and_not_what_is_chosen():
    now = plan_of()
    for keys, same in (
        ({"archive": "elsewhere", "days": ["04-01", "10-31"], "step_days": 5, "required": False}, True),
        ({"resampling": "nearest"}, False),
        ({"bands": ["B4"]}, False),
    ):
        other = plan_of(sensors={"s2": SENSOR | keys})
        assert (other.config_digests(*other.MAPPED) == now.config_digests(*now.MAPPED)) == same
    assert now.config_digests("seed") != now.config_digests("seed", more=1) != now.config_digests("map", more=1)


def test_digests_are_of_a_year():
    plan = plan_of(years={2018: None, 2019: None})
    digests = plan.config_digests(*plan.TRAINED)
    assert digests["2018"] != digests["2019"]
    assert plan.survey_digest("2018") != plan.survey_digest("2019")


def test_surveys_do_not_depend_on_how_pixels_are_read_later():
    now = plan_of()
    for keys, same in (
        ({"resampling": "nearest", "start": "03-01"}, True),
        ({"coregistration": {"band": "B4", "reference": "best"}}, True),
        ({"invalid_bits": {"CLM": "any"}}, False),
    ):
        other = plan_of(sensors={"s2": SENSOR | keys})
        assert (other.survey_digest("2018") == now.survey_digest("2018")) == same
        assert (other.sensors.surveyed == now.sensors.surveyed) == same
    archive = plan_of(sensors={"s2": SENSOR | {"archive": "elsewhere"}})
    assert archive.survey_digest("2018") == now.survey_digest("2018")
    assert archive.sensors.surveyed != now.sensors.surveyed
    assert now.validity_digest("2018") != plan_of(map={"crs": "EPSG:32631"}).validity_digest("2018")


def test_parts_of_a_sensor():
    moved = {"band": "B4", "reference": "best"}
    sensors = plan_of(sensors={"s2": SENSOR | {"coregistration": moved}, "s1": SENSOR | {"required": False}}).sensors
    assert sensors.names == ["s1", "s2"]
    assert sensors.optional == ["s1"]
    assert list(sensors.coregistered) == ["s2"]
    assert sensors.calendars["s2"] == {"output_dates": "steps", "step_days": 30, "start": "auto", "end": "auto"}
    assert sensors.sources["s1"]["bands"] == SENSOR["bands"]
    assert sensors.sources["s1"]["letters"]["B4"] == "R"
    assert "archive" not in sensors.read["s2"]
    assert "resampling" in sensors.read["s2"]
    assert "resampling" not in sensors.surveyed["s2"]


def test_images_are_moved_onto_rasters_of_their_tile_and_year():
    moved = {"band": "B4", "reference": "base/{tile}_{year}.tif"}
    sensors = plan_of(sensors={"s2": SENSOR | {"coregistration": moved}}).sensors
    assert sensors.reference_images(["U", "T"], "2018") == ["base/T_2018.tif", "base/U_2018.tif"]
    assert plan_of().sensors.reference_images(["T"], "2018") == []


def test_items_that_are_searched_are_those_of_a_file():
    stac = STAC | {"search": SEARCH, "boxes": {"T": [1, 43, 2, 44]}}
    sensors = plan_of(sensors={"a": stac, "s2": SENSOR}).sensors
    assert sensors.searched == ["a"]
    assert list(sensors.watched) == ["s2"]
    assert not sensors.listing_tells_products
    search, boxes = sensors.searches["a"]
    assert (search["url"], boxes) == (SEARCH["url"], {"T": [1, 43, 2, 44]})
    found = sensors.surveyed_with({"a": "items.json"})
    assert (found["a"]["archive"], found["a"]["search"]) == ("items.json", None)
    assert found["s2"] == sensors.surveyed["s2"]


@pytest.mark.parametrize(
    "filtered",
    [
        {"sensors": {"s2": SENSOR | {"days": ["04-01", "10-31"]}}},
        {"sensors": {"s2": SENSOR | {"orbits": [8]}}},
        {"sensors": {"s2": SENSOR | {"minimum_valid_fraction": 0.1}}},
        {"on_bad_product": "skip"},
    ],
)
def test_a_listing_does_not_tell_products_that_may_be_left_out(filtered):
    assert plan_of().sensors.listing_tells_products
    assert not plan_of(**filtered).sensors.listing_tells_products


def series(**keys):
    shared = {"type": "series", "archive": "archive", "file": "{tile}_{date}.tif", "date_format": "%Y%m%d"}
    return {"sensors": {"s": shared | {"bands": {"ndvi": 1}} | keys}, "tiles": ["T", "U"]}


def test_listings_tell_the_dates_that_all_tiles_share(folder):
    (folder / "archive").mkdir()
    for name in ("T_20180101", "T_20180901", "U_20180301", "U_20181201"):
        (folder / f"archive/{name}.tif").touch()
    listings = Listings(plan_of(**series()), shared=True)
    assert listings.date_ranges("2018") == {"s": ("2018-03-01", "2018-09-01", "U", "T")}
    assert listings.number_of_products("T", "2018") == 2
    assert listings.problems("2018") == []
    assert listings.of("T", "2018") is listings.of("T", "2018")
    skipping = Listings(plan_of(**series(), on_bad_product="skip"), shared=True)
    assert skipping.date_ranges("2018") == {}


def test_an_archive_that_cannot_be_listed_is_a_problem_and_no_error(folder):
    (folder / "archive").mkdir()
    (folder / "archive/T.tif").touch()
    listings = Listings(plan_of(**series(file="{tile}.tif", dates="no_such.txt")), shared=True)
    assert len(listings.problems("2018")) == 1
    assert listings.number_of_products("T", "2018") == 0


def test_a_sensor_that_no_tile_needs_and_has_is_unseen(folder):
    (folder / "archive").mkdir()
    (folder / "archive/T_20180101.tif").touch()
    sections = series()
    more = sections["sensors"]["s"] | {"archive": "empty", "required": False}
    (folder / "empty").mkdir()
    listings = Listings(plan_of(**sections | {"sensors": sections["sensors"] | {"more": more}}), shared=True)
    assert listings.unseen_sensors("2018") == ["more"]


def test_functions_and_rasters_are_files_of_tiles(folder):
    (folder / "mine.py").write_text("import beside\n\ndef one(data): ...\n")
    (folder / "beside.py").write_text("A = 1\n")
    function = {"file": "mine.py", "name": "one", "padding_px": 3, "rasters": {"slope": "{year}/{tile}.tif"}}
    plan = plan_of(features={"functions": [function]}, rasters={"altitude": {"file": "dem/{tile}.tif"}})
    assert plan.functions
    assert plan.functions.sources == ["mine.py", "beside.py"]
    assert plan.functions.raster_files("2018", ["T", "U"]) == ["2018/T.tif", "2018/U.tif"]
    assert plan.functions.margin_px == 3
    assert plan.raster_files("2018", ["T", "U"]) == ["dem/T.tif", "dem/U.tif"]
    before = plan.functions.code
    (folder / "beside.py").write_text("A = 2\n")
    assert plan_of(features={"functions": [function]}).functions.code != before
    assert not plan_of().functions


def test_a_model_depends_on_its_own_samples():
    annual = {"annual": {"labels": [10], "year": 2018}}
    plan = plan_of(years={2018: None, 2019: None}, samples=annual)
    assert plan.model_samples("all", "2018") == {}
    found = plan.model_samples("all", "2019")
    assert (found["source_years"], found["one_file"]) == ([2018], False)
    assert found["classes"] == plan.legend.classes
    assert list(plan.config_of_year("2018")["years"]) == ["2018"]
    assert list(plan.config_of_year("2019")["years"]) == ["2018", "2019"]
    assert not {"tile", "year"} & set(plan.config_of_year("2018"))


def test_digests_of_code_hold_the_members_that_are_used():
    assert plan_of().members == {
        "landloom.models.registry.FAMILIES": ["forest"],
        "landloom.training.registry.TRAINERS": ["forest"],
        "landloom.training.registry.REGRESSORS": [],
        "landloom.maps.kinds.KINDS": ["classes"],
        "landloom.sensors.registry.FAMILIES": ["sentinel2_theia"],
        "landloom.prepared.forms.FORMS": ["optical"],
        "landloom.prepared.forms.SERIES": ["optical"],
        "landloom.survey.mosaics.SURVEYS": ["optical"],
        "landloom.timeseries.settings.METHODS": ["linear"],
    }


def test_selectors_choose_among_what_there_is():
    assert selected(None, ["T", "U"]) == ["T", "U"]
    assert selected("T", ["T", "U"]) == ["T"]
    assert selected([2018], ["2018", "2019"]) == ["2018"]


def test_patterns_are_placed():
    assert placed("{year}/{tile}/{tile}.tif", "2018", "T") == "2018/T/T.tif"


def test_no_product_depends_on_what_is_said_of_the_reference():
    reference = small_configuration()["reference"] | {"file": "r.gpkg"}
    told = plan_of(reference=reference | {"description": "Survey", "year": 2016})
    assert told.config_digests("reference", "seed") == plan_of(reference=reference).config_digests(
        "reference", "seed"
    )
    assert told.config_of_year("2018")["reference"]["year"] == 2016
