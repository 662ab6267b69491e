import pytest

from landloom.configuration.configuration import parse
from landloom.configuration.plan import WorkflowPlan
from landloom.core.errors import InputError
from running import LEAST

RASTER = {"segmentation": "segments/{tile}_{year}.tif"}
PARCELS = {"segmentation": "parcels.gpkg"}
REGIONS = {"file": "r.gpkg", "field": "name", "names": ["north", "south", "west"]}


def parsed(objects, **changes):
    return parse({**LEAST, "objects": objects, **changes})


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        ({"segmentation": "p_{tile}.gpkg"}, r"objects\.segmentation: holds \['tile'\]; only \{year\} is known"),
        ({"segmentation": "superpixels", "field": "name"}, "`field` is not used by `segmentation: superpixels`"),
        ({**RASTER, "layer": "a"}, "`layer` is not used by `segmentation: segments/"),
        ({**PARCELS, "statistics": ["mean", "mean"]}, "names a statistic twice"),
        ({**PARCELS, "statistics": ["count"]}, "needs a statistic of features beside `count`"),
        ({**PARCELS, "statistics": []}, "objects.statistics"),
        ({**PARCELS, "label": {"coverage": 0}}, "objects.label.coverage"),
        ({**PARCELS, "label": {"purity": 1.2}}, "objects.label.purity"),
        ({**PARCELS, "region": ["east"]}, r"objects\.region: east is not among the regions"),
        ({**RASTER, "method": "majority"}, "`method: majority` needs a vector file as `segmentation`"),
        ({**PARCELS, "method": "majority", "label": {"purity": 0.9}}, "`label` is not used by `method: majority`"),
        ({**PARCELS, "method": "majority", "outside": "pixels"}, "`outside` is not used by `method: majority`"),
        (
            {"segmentation": "superpixels", "outside": "pixels"},
            "`outside: pixels` is not used by `segmentation: super",
        ),
        ({**PARCELS, "outside": "water"}, "objects.outside"),
    ],
)
def test_what_makes_no_sense_is_told(objects, message):
    with pytest.raises(InputError, match=message):
        parsed(objects, regions=REGIONS)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"map": {"boundary_fusion": {"interior_m": 100, "exterior_m": 100}}}, "map.boundary_fusion"),
        ({"samples": {"years": "all"}, "years": {2018: None, 2019: None}}, "samples.years"),
        ({"context": {}}, "context"),
    ],
)
def test_what_is_of_pixels_is_told(changes, key):
    with pytest.raises(InputError, match=f"objects: cannot be combined with `{key}`, which is of pixels"):
        parsed(PARCELS, regions=REGIONS, **changes)
    parsed({**PARCELS, "method": "majority"}, regions=REGIONS, **changes)


def test_frozen_models_are_of_objects_alone():
    frozen = {"type": "frozen", "file": "{region}_run{run}.npz"}
    with pytest.raises(InputError, match=r"objects\.outside: pixels cannot be combined with `model\.type: frozen`"):
        parsed(PARCELS | {"outside": "pixels"}, model=frozen)


def test_a_file_is_that_of_the_tile_and_year():
    settings = parsed(RASTER).objects
    assert settings.file("2018", "T31TBJ") == "segments/T31TBJ_2018.tif"
    assert (settings.has_polygons, settings.shared) == (False, True)
    assert parsed(PARCELS).objects.has_polygons
    superpixels = parsed({"segmentation": "superpixels"}).objects
    assert (superpixels.file("2018", "T31TBJ"), superpixels.shared) == ("", False)


def test_regions_that_come_first_have_their_numbers(tmp_path):
    (tmp_path / "n.csv").write_text("label,name,color\n1,Wheat,#ff0000\n2,Maize,#00ff00\n")
    nomenclature = str(tmp_path / "n.csv")
    plan = WorkflowPlan.of(
        parsed(PARCELS | {"region": ["west", "north"]}, regions=REGIONS, nomenclature=nomenclature)
    )
    assert plan.first_regions == [3, 1]
    assert plan.objects_shared
    assert plan.objects_part("segmentation") == PARCELS
