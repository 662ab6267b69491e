"""Numbers that YAML reads in another base than they were written in."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from landloom.configuration import configuration, preflight
from landloom.configuration.yaml_files import documents, numbers


def problems(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return list(numbers.problems(path.name, documents.of_file(path)))


def test_each_is_told_with_its_line_and_what_to_write(tmp_path):
    text = "tiles: [012010, '012010']\nsensors:\n  l8: {path_rows: {T31TCJ: [199029, 012011]}}\ntime: 1:30\n"
    found = problems(tmp_path, text)
    assert [line.partition(";")[0] for line in found] == [
        "config.yaml, line 1: YAML reads 012010 in base 8, as 5128",
        "config.yaml, line 3: YAML reads 012011 in base 8, as 5129",
        "config.yaml, line 4: YAML reads 1:30 in base 60, as 90",
    ]
    assert "put it in quotes ('012010')" in found[0]


@pytest.mark.parametrize(
    "text", ["", "a: 0", "a: 10", "a: -5", "a: 0.5", "a: 08", "a: 02-29", "a: 2018-04-01", "a: 0x1f"]
)
def test_other_scalars_are_as_they_look(tmp_path, text):
    assert problems(tmp_path, text) == []


@pytest.mark.parametrize("text", ["a: [", "a: &x [*x]", "\t", '{"a": 10}'])
def test_what_is_no_yaml_is_told_elsewhere(tmp_path, text):
    assert problems(tmp_path, text) == []
    assert documents.of_file(tmp_path / "nowhere.yaml") == []


@examples(max_examples=50, deadline=None)
@given(st.text("0123456789:_-+.", min_size=1, max_size=8))
def test_a_number_is_told_where_it_is_not_that_of_base_10(tmp_path_factory, written):
    told = problems(tmp_path_factory.getbasetemp(), f"a: {written}\n")
    try:
        read = yaml.safe_load(f"a: {written}\n")["a"]
    except (yaml.YAMLError, TypeError):
        read = written
    plain = re.fullmatch(r"[-+]?(0|[1-9][0-9_]*)", written)
    assert bool(told) == (isinstance(read, int) and not plain)


def test_the_configuration_is_refused(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("seed: 010\n")
    with pytest.raises(configuration.ConfigurationError, match="line 1: YAML reads 010 in base 8, as 8"):
        preflight.load(yaml.safe_load(path.read_text()), files=[path])
