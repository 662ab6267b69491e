"""What a label is."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.core import labels

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["", " ", "\u00a0", "\ufeff", "\t\u200b "]))
def test_composition_and_outer_spaces_make_no_difference(word, form, space):
    label = labels.text(word)
    assert labels.text(space + unicodedata.normalize(form, word) + space) == label
    assert labels.text(label) == label


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(0, 3), st.sampled_from(["", ".", ".0", ".00"]))
def test_a_whole_number_is_one_label_however_it_is_written(number, zeros, end):
    written = f"{'-' * (number < 0)}{'0' * zeros}{abs(number)}{end}"
    assert labels.text(written) == labels.text(number) == labels.text(float(number)) == str(number)
    assert labels.whole_number(labels.text(written)) == number


@pytest.mark.parametrize("pair", [("Oak", "oak"), ("blé", "ble"), ("1.5", "1.50"), ("a b", "a  b"), ("1a", "01a")])
def test_other_labels_differ(pair):
    assert labels.text(pair[0]) != labels.text(pair[1])


def test_text_that_is_no_whole_number():
    assert [labels.whole_number(one) for one in ("1.5", "x", "", "٣")] == [None] * 4
    assert labels.whole_number("9" * 5000) > 10**99


KNOWN = ["forêt", "blé dur", "Winter wheat", "11", "112"]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("foret", "forêt"),
        ("FORÊT", "forêt"),
        ("ble_dur", "blé dur"),
        ("winter wheet", "Winter wheat"),
        ("urban", None),
        ("1", None),
        ("113", None),
    ],
)
def test_the_nearest_known_label(label, expected):
    assert labels.near(label, KNOWN) == expected


def test_labels_that_look_alike_are_written_with_escapes():
    assert labels.named("blé\u00a0dur", KNOWN) == (
        "`blé\u00a0dur` (written 'bl\\xe9\\xa0dur'; did you mean 'bl\\xe9 dur'?)"
    )
    assert labels.named("foret", KNOWN) == "`foret` (did you mean `forêt`?)"
    assert labels.named("urban", KNOWN) == "`urban`"
