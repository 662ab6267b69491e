"""Labels and regions in the section `samples`."""

import pytest
from pydantic import ValidationError

from landloom.samples import checks
from landloom.samples.settings import SampleSettings


def test_labels_are_compared_in_one_form():
    settings = SampleSettings(annual={"labels": ["fore\u0302t ", 1, 2.0, "03"], "year": 2017})
    assert settings.annual.labels == ["forêt", "1", "2", "3"]
    codes = {"forêt": 1, "1": 2, "2": 3, "3": 4}
    assert checks.problems(settings, ["all"], [2017, 2018], codes) == []
    (line,) = checks.problems(settings, ["all"], [2017, 2018], {"Forêt": 1, "1": 2})
    assert line.startswith("samples.annual.labels: `forêt` (did you mean `Forêt`?), `2`, `3` are not in the nomenc")


def test_a_label_that_yaml_may_have_changed_is_refused():
    with pytest.raises(ValidationError, match=r"must be in quotes: without them, YAML reads 2.10 as 2.1"):
        SampleSettings(annual={"labels": [2.1], "year": 2017})


@pytest.mark.parametrize("names", [(1, "1"), ("Nord", "nord"), ("Vendée", "Vende\u0301e")])
def test_two_keys_of_one_region_are_refused(names):
    with pytest.raises(ValidationError, match="are one region; give its keys together"):
        SampleSettings(regions={name: {"strategy": "smallest"} for name in names})
