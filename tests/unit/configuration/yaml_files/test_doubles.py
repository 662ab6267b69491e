"""Keys that a file gives twice."""

import pytest
import yaml

from landloom.configuration import configuration, preflight, start
from landloom.configuration.yaml_files import documents, doubles
from landloom.core.errors import InputError


def problems(tmp_path, text):
    path = tmp_path / "my.yaml"
    path.write_text(text)
    return list(doubles.problems(path.name, documents.of_file(path)))


@pytest.mark.parametrize(
    ("text", "key", "lines"),
    [
        ("seed: 1\nruns: 2\nseed: 3\n", "seed", (1, 3)),
        ("a:\n  b: {c: 1}\n  b: {}\n", "a.b", (2, 3)),
        ("a: {b: 1, b: 2}\n", "a.b", (1, 1)),
        ("a:\n- x: 1\n- y: 1\n  'y': 2\n", "a.y", (3, 4)),
        ('{"a": 1,\n"a": 2}', "a", (1, 2)),
        ("years: {2018: , 2018: }", "years.2018", (1, 1)),
    ],
)
def test_each_is_told_with_both_lines(tmp_path, text, key, lines):
    (line,) = problems(tmp_path, text)
    assert line.startswith(f"my.yaml: `{key}` is given twice, in line {lines[0]} and in line {lines[1]}, ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1\nb: 1\n",
        "a: {c: 1}\nb: {c: 1}\n",
        "- a: 1\n- a: 1\n",
        "a: &x {c: 1}\nb: {<<: *x, c: 2}\nd: *x\n",
        "a: [",
        "? [1]\n: 2\n",
    ],
)
def test_nothing_is_told_of_others(tmp_path, text):
    assert problems(tmp_path, text) == []
    assert documents.of_file(tmp_path / "nowhere.yaml") == []


def test_the_configuration_is_refused_however_it_is_read(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text("seed: 1\nseed: 2\n")
    with pytest.raises(configuration.ConfigurationError, match="`seed` is given twice, in line 1 and in line 2"):
        preflight.load(yaml.safe_load(path.read_text()), files=[path])
    with pytest.raises(InputError, match="`seed` is given twice"):
        start.check(path)
