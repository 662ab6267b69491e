"""A target and what is of classes exclude each other, and the message says so."""

import pytest

from landloom.configuration import configuration
from landloom.core.errors import InputError
from running import LEAST

TARGET = {
    **{key: part for key, part in LEAST.items() if key != "nomenclature"},
    "reference": {"file": "r.shp"},
    "target": {"field": "cover", "range": [0, 100]},
}


def test_checks_of_maps_of_values_are_accepted():
    content = {"warn": {"unclassified_map": 0.5, "places": None}, "fail": {"mosaic": 0.2}}
    content["warn"]["seam_steps"] = 0.1
    for importance in (False, True):
        configuration.parse(TARGET | {"sanity": content, "cross_validation": {"importance": importance}})


def test_a_target_replaces_nomenclature_and_field():
    settings = configuration.parse(TARGET)
    (source,) = settings.reference_sources(2018)
    assert (source.field, source.field_key) == ("cover", "target.field")
    own = TARGET | {"reference": {"file": "r.shp", "split": "file", "test_file": "t.shp", "test_field": "tc"}}
    fields = [one.field for one in configuration.parse(own).reference_sources(2018)]
    assert fields == ["cover", "tc"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nomenclature": "n.csv"}, "nomenclature: is of classes"),
        ({"reference": {"file": "r.shp", "field": "code"}}, "reference.field: `target.field` names the field"),
        ({"map": {"margin": True}}, "map.margin: is of classes"),
        ({"sanity": {"warn": {"seams": 0.1}}}, "sanity.warn.seams: is of classes"),
        ({"sanity": {"fail": {"lost_classes": 0}}}, "sanity.fail.lost_classes: is of classes"),
        ({"samples": {"augmentation": {"method": "jitter", "amount": "balance"}}}, "samples.augmentation: is of"),
        (
            {"model": {"type": "sklearn", "classifier": "SVC"}},
            "model.classifier: with a `target`, name a `regressor`",
        ),
        ({"model": {"search": {"grid": {"trees": [5]}}}}, "model.search: is for classes"),
        ({"model": {"type": "network", "criterion": "f1"}}, "model.criterion: f1 is of classes"),
        ({"model": {"type": "network", "class_weights": "full"}}, "model.class_weights: is of classes"),
        ({"model": {"type": "network", "reduction": {"components": 2}}}, "components have no dates"),
        ({"target": {"field": "cover", "range": [5, 5]}}, "target.range: the least value"),
        ({"model": {"type": "sklearn", "regressor": "SVRR"}}, "did you mean SVR"),
        ({"model": {"type": "sklearn", "regressor": "GammaRegressor"}}, "GammaRegressor takes positive values alone"),
        ({"model": {"type": "sklearn"}}, "needs `classifier` or, with a `target`, `regressor`"),
    ],
)
def test_what_a_target_excludes(changes, message):
    with pytest.raises(InputError, match=message):
        configuration.parse(TARGET | changes)


@pytest.mark.parametrize(
    ("method", "accepted"), [("mean", True), ("median", True), ("majority", False), ("dempster_shafer", False)]
)
def test_values_are_fused_by_mean_or_median(method, accepted):
    reference = TARGET["reference"] | {"held_out_fraction": 0.1}
    content = TARGET | {"runs": 2, "reference": reference, "fusion": {"method": method}}
    if accepted:
        assert configuration.parse(content).fusion.made_with_runs
    else:
        with pytest.raises(InputError, match="runs are fused by `method: mean` or `median`"):
            configuration.parse(content)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nomenclature": None}, "nomenclature: is missing"),
        ({"reference": {"file": "r.shp"}}, "reference.field: is missing"),
        ({"model": {"type": "sklearn", "regressor": "SVR"}}, "SVR estimates numbers, and needs a `target`"),
        ({"model": {"type": "network", "criterion": "rmse"}}, "model.criterion: rmse is of a `target`"),
        ({"model": {"type": "network", "loss": "mse"}}, "model.loss: is of a `target`"),
        ({"sanity": {"warn": {"seam_steps": 0.1}}}, "sanity.warn.seam_steps: is of values, and needs a `target`"),
    ],
)
def test_what_needs_a_target(changes, message):
    with pytest.raises(InputError, match=message):
        configuration.parse(LEAST | changes)
