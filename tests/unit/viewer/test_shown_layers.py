from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.viewer import shown_layers
from unit.viewer.maps import CLASSES


def test_layers_are_known_by_the_table():
    assert shown_layers.is_shown("results/2018/map/run0/margin.tif")
    assert shown_layers.is_shown("results/2018/map/run0/regularised.tif")
    assert not shown_layers.is_shown("results/2018/map/run0/zones.tif")
    assert not shown_layers.is_shown("results/2018/map/run0/classification_counts.json")
    assert not shown_layers.is_shown("results/2018/map/features.tif")


def test_the_fused_map_is_first_then_layers_in_their_order():
    names = ["validity", "run0/confidence", "run0/classification", "fusion/confidence", "fusion/classification"]
    found = shown_layers.shown([f"r/2018/map/{name}.tif" for name in names], "r/2018/map.html", CLASSES)
    assert [(one.address, one.map_name) for one in found] == [
        ("map/fusion/classification.tif", "fused map"),
        ("map/fusion/confidence.tif", "fused map"),
        ("map/run0/classification.tif", "run 0"),
        ("map/run0/confidence.tif", "run 0"),
        ("map/validity.tif", ""),
    ]


def test_probabilities_have_a_band_for_each_class():
    two = Nomenclature((LandClass(3, "3", "wheat", "#e0a020"), LandClass(7, "7", "water", "#2060c0")))
    found = shown_layers.shown(["r/map/run0/probabilities.tif"], "r/map.html", two)
    assert [(one.band, one.title) for one in found] == [(1, "probability: wheat"), (2, "probability: water")]
