"""A class of a user's own: only the code of the training is executed, and only where the configuration says so."""

import json
from dataclasses import replace

import pytest

from landloom.core.errors import InputError
from landloom.models.networks import own_class
from landloom.models.networks.own_class import OwnClass
from landloom.models.own_class_settings import OwnClassSettings, of_content

SOURCE = "class Mine:\n    def __init__(self, shapes, others, classes, width=3):\n        self.width = width\n"


@pytest.fixture
def section(tmp_path):
    (tmp_path / "mine.py").write_text(SOURCE)
    return of_content({"file": str(tmp_path / "mine.py"), "class": "Mine", "arguments": {"width": 5}})


def test_it_survives_its_content_without_its_file(section):
    found = OwnClass.of_section(section)
    assert found.file == section.file
    kept = OwnClass.of_content(json.loads(json.dumps(found.content())))
    assert kept == replace(found, file="")
    assert kept.allowed_by(section) == found
    assert found.constructor()([], 0, 2, **found.arguments).width == 5
    for broken in ({}, {"class": 1, "arguments": {}, "code": ""}, {"class": "a", "arguments": [], "code": ""}):
        with pytest.raises((KeyError, ValueError)):
            OwnClass.of_content(broken)


def test_only_what_is_named_and_unchanged_is_executed(section, tmp_path):
    kept = replace(OwnClass.of_section(section), file="")
    with pytest.raises(InputError, match="name its Python file"):
        kept.constructor()
    with pytest.raises(InputError, match="name its Python file"):
        kept.allowed_by(None)
    other = OwnClassSettings(**{"file": section.file, "class": "Mine"})
    with pytest.raises(InputError, match="was trained with the class `Mine` and the arguments"):
        kept.allowed_by(other)
    (tmp_path / "mine.py").write_text("# Comments do not count.\n" + SOURCE)
    kept.allowed_by(section)
    (tmp_path / "mine.py").write_text(SOURCE.replace("= width", "= 2 * width"))
    with pytest.raises(InputError, match="has changed since the model was trained"):
        kept.allowed_by(section)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "class Mine:\n    def __init__(self, shapes, others):\n        pass\n",
            "takes no classes: its first",
        ),
        ("class Mine:\n    def __init__(self, a, b, c):\n        pass\n", "takes no argument `width`"),
        ("class Mine:\n    def __init__(self, a, b, c, d, width):\n        pass\n", "needs the argument `d`"),
        ("class Other:\n    pass\n", "has no class `Mine`; at its top level there are ['Other']"),
        ("class Mine(:\n", "is not valid Python"),
        (SOURCE, None),
        ("class Mine:\n    pass\n", None),
        ("from elsewhere import Mine\n", None),
    ],
)
def test_what_can_be_told_without_executing_it(source, message, section, tmp_path):
    (tmp_path / "mine.py").write_text(source)
    found = own_class.problem(section)
    assert message in found if message else found is None
