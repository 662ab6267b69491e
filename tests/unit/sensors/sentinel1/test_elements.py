import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.core.errors import InputError
from landloom.sensors.sentinel1.elements import Element

START = datetime.datetime(2021, 8, 9, 17, 39, 53, 153776)


def root(inner, where="product p: a.xml"):
    return Element.root(f"<product>{inner}</product>", where, "product")


def test_values():
    one = root("<a><n> 1.5e3 </n><w>-7</w><t>True</t></a><a/>")
    assert len(one.some("a")) == 2
    first = one.many("a")[0]
    assert (first.number("n"), first.positive("n"), first.whole("w"), first.truth("t")) == (1500.0, 1500.0, -7, True)
    assert first.path == "product/a[1]"
    assert one.one("a").one("n").path == "product/a/n"


@pytest.mark.parametrize(
    ("inner", "kind", "words"),
    [
        ("", "number", "product/x is missing"),
        ("<x/>", "number", "product/x is empty"),
        ("<x>1,5</x>", "number", "product/x is '1,5', not a number"),
        ("<x>nan</x>", "number", "product/x is 'nan', not a number"),
        ("<x>inf</x>", "number", "not a number"),
        ("<x>0</x>", "positive", "product/x is '0', not above 0"),
        ("<x>1.5</x>", "whole", "not a whole number"),
        ("<x>yes</x>", "truth", "not true or false"),
        ("<x>1 2 b</x>", "numbers", "not a list of numbers"),
        ("<x>1 inf</x>", "numbers", "not a list of numbers"),
        ("<x count='3'>1 2</x>", "numbers", "product/x holds 2 numbers, not 3"),
        ("<x>2021-08-09</x>", "time", "not a time as 2021-08-09T17:39:53.153776"),
        ("<x>2021-13-09T17:39:53</x>", "time", "not a time"),
        ("<x>2021-08-09T17:39:53+02:00</x>", "time", "not a time"),
        ("", "some", "product/x is missing"),
    ],
)
def test_errors_name_file_and_element(inner, kind, words):
    with pytest.raises(InputError, match=rf"^product p: a\.xml: .*{words}"):
        getattr(root(inner), kind)("x")


def test_long_texts_are_shortened():
    with pytest.raises(InputError) as caught:
        root(f"<x>{'x' * 10**6}</x>").number("x")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<product><a>", "not well-formed"),
        ("<!DOCTYPE product><product/>", "declares entities or a document type"),
        ('<!DOCTYPE p [<!ENTITY a "&a;&a;">]><product>&a;</product>', "declares entities"),
        ("<noise/>", "is 'noise', not product of Sentinel-1"),
    ],
)
def test_roots_that_are_refused(text, words):
    with pytest.raises(InputError, match=rf"^product p: a\.xml: .*{words}"):
        Element.root(text, "product p: a.xml", "product")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_lists_of_numbers(values):
    found = root(f"<x count='{len(values)}'>{' '.join(map(repr, values))}</x>").numbers("x")
    assert found.dtype == np.float64
    assert found.tolist() == values


@given(st.integers(-(10**9), 10**9))
def test_times_keep_microseconds(microseconds):
    moment = START + datetime.timedelta(microseconds=microseconds)
    for ending in ("", "Z"):
        found = root(f"<x>{moment.isoformat()}{ending}</x>").seconds("x", START)
        assert found == pytest.approx(microseconds * 1e-6, abs=1e-12)
        assert round(found * 1e6) == microseconds
