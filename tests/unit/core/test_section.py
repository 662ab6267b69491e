from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from landloom.core.section import InputPath, Name, Section, TextLike, VectorPath, only_placeholders


class Example(Section):
    name: Name = "s2"
    path: InputPath = "a"
    vector: VectorPath = "a"
    day: Annotated[str, TextLike(r"\d\d", "two digits")] = "01"
    texts: list[str] = Field([])


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("name", "a b", "must be of letters"),
        ("name", "", "must be of letters"),
        ("name", "a" * 61, "at most 60"),
        ("path", "a{b}", "must not hold braces"),
        ("path", "s3://a", "must not begin with letters and a colon"),
        ("vector", "a!b", "must not hold `!`"),
        ("vector", "a/b;c", "must not hold `!`, nor `;`"),
        ("day", "1", "must be two digits"),
        ("day", "\u0661\u0661", "must be two digits"),
        ("texts", ["a", "b\n"], "line breaks or control characters"),
        ("unknown", 1, "Extra inputs"),
    ],
)
def test_what_no_section_takes(key, value, message):
    with pytest.raises(ValidationError, match=message):
        Example(**{key: value})


def test_values_do_not_change_once_read():
    with pytest.raises(ValidationError):
        Example().name = "x"


def test_a_section_says_what_is_not_its_default():
    assert not Example(name="s2").says("name")
    assert Example(name="l8").says("name")


def test_placeholders():
    assert only_placeholders("{tile}/{year}", "tile", "year") == "{tile}/{year}"
    assert only_placeholders(None, "tile") is None
    with pytest.raises(ValueError, match=r"holds \['month'\]; only \{tile\} is known"):
        only_placeholders("{month}", "tile")
