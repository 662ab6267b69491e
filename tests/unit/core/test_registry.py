import sys

import pytest

from landloom.core.registry import Registry


def test_members_are_loaded_when_they_are_asked_for():
    kinds = Registry({"old": "this_module_is_not_there", "xml": "landloom.sensors.xml"})
    assert list(kinds) == ["old", "xml"]
    assert (len(kinds), kinds["xml"], "xml" in kinds) == (2, "landloom.sensors.xml", True)
    assert kinds.load("xml") is sys.modules["landloom.sensors.xml"]
    with pytest.raises(ModuleNotFoundError):
        kinds.load("old")
    with pytest.raises(KeyError):
        kinds.load("new")


def test_members_do_not_change_with_what_they_were_made_of():
    given = {"a": "x"}
    kinds = Registry(given)
    given["b"] = "y"
    assert dict(kinds) == {"a": "x"}
