"""The vector map of iota2, in the file of the map or in one of its own."""

import pytest
import yaml

from landloom.iota2 import answers
from unit.iota2.configurations import answer_of, imported, write_raster

VECTORS = [
    ("classification:'/o/final/Classifications_fusion.tif'", {"map": "fusion"}),
    ("classification:'/o/final/Classif_Seed_1.tif' seed:0", {"map": "run1"}),
    ("seed:2", {"map": "run2"}),
    ("umc1:10 umc2:3", {"minimum_m2": 1200.0}),
    ("umc1:90 umc2:3 mmu:500", {"minimum_m2": 9000.0}),
    ("hermite:None dozip:False", {"zip": False}),
    (
        "clipfile:'{folder}/truth.gpkg' clipfield:'region'",
        {
            "zones": {
                "file": "{folder}/truth.gpkg",
                "field": "region",
                "names": ["2", "10"],
                "separate": True,
            }
        },
    ),
]


@pytest.mark.parametrize(("keys", "expected"), VECTORS, ids=[one[0][:30] for one in VECTORS])
def test_the_vector_map_alone_is_a_section_to_be_laid_over_a_project(folder, keys, expected):
    (folder / "Classif_Seed_0.tif").unlink(missing_ok=True)
    text = "builders:{builders_class_name:['I2Vectorization']} chain:{output_path:'/o' proj:'EPSG:2154' "
    text += f"spatial_resolution:10}} simplification:{{{keys}}}"
    found = imported(text, folder)
    assert found.is_whole
    assert list(found.content) == ["vectors"]
    vectors = found.content["vectors"]
    assert ("smoothing" in vectors) is not ("hermite" in keys)
    for name, value in expected.items():
        assert vectors[name] == yaml.safe_load(yaml.safe_dump(value).replace("{folder}", str(folder)))
    assert answer_of(found, "proj").status == answers.UNNEEDED


def test_other_maps_and_areas_of_unknown_pixels_are_told(folder):
    text = "builders:{builders_class_name:['I2Vectorization']} simplification:{classification:'/o/my.tif' umc1:9}"
    lost = {one.key: one.text for one in imported(text, folder).answers if one.status in answers.LOST}
    assert list(lost) == ["simplification.classification", "simplification.umc1"]
    write_raster(folder / "Classif_Seed_0.tif", 1)
    found = imported(text.replace("/o/my.tif", "{folder}/Classif_Seed_0.tif").replace("umc1:9", "umc1:90"), folder)
    assert found.content["vectors"]["minimum_m2"] == 9000.0
