import time

import pytest
import yaml

from landloom.configuration import configuration
from landloom.configuration.configuration import ConfigurationError
from landloom.configuration.yaml_files import aliases
from running import LEAST

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)


def model(parameters):
    return {"type": "sklearn", "classifier": "LogisticRegression", "parameters": parameters}


@pytest.mark.parametrize("text", [BOMB + "model: {C: *a9}", "model: &me {C: *me}", "model: {C: &me [1, *me]}"])
def test_few_lines_that_stand_for_too_many_are_refused_at_once(text):
    parameters = yaml.safe_load(text)["model"]
    begin = time.perf_counter()
    with pytest.raises(ConfigurationError, match=r"model: repeats values by aliases .* without end, or more than"):
        configuration.parse({**LEAST, "model": model(parameters)})
    assert time.perf_counter() - begin < 1


def test_what_is_repeated_within_measure_is_taken():
    content = yaml.safe_load("one: &one {C: 1.0}\ntwo: [*one, *one, *one]")
    assert aliases.problems(content) == {}
    assert configuration.parse({**LEAST, "model": model(content["one"])}).model.parameters == {"C": 1.0}
    assert configuration.parse(LEAST).tiles == LEAST["tiles"]
