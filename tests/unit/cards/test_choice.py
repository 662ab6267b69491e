"""Which device is taken, and what is said where it can't be had; no test here needs a card."""

import re

import pytest

from landloom.cards import card as cards
from landloom.cards import choice
from landloom.core.errors import InputError


def no_card():
    raise RuntimeError("no driver\nfor this machine")


def a_card():
    return cards.Card("made-up card", 32)


def yes(card):
    return True


def no(card):
    return False


def test_the_processor_is_taken_without_a_word(capsys):
    assert choice.chosen("cpu", [no]) is None
    assert capsys.readouterr().err == ""


def test_a_card_that_computes_rightly_is_taken(monkeypatch, capsys):
    monkeypatch.setattr(cards, "first", a_card)
    for asked in ("auto", "cuda"):
        assert choice.chosen(asked, [yes, yes]).name == "made-up card"
        assert capsys.readouterr().err == f"device: {asked}: on made-up card\n"


def broken(card):
    raise RuntimeError("cannot compile")


REASONS = [
    (no_card, [yes], "no driver for this machine"),
    (a_card, [yes, no], "made-up card computes other numbers than the processor"),
    (a_card, [broken], "cannot compile"),
    (a_card, [], "nothing in this job has kernels for cards"),
]


@pytest.mark.parametrize(("first", "proofs", "reason"), REASONS)
def test_without_a_card_auto_says_so_and_cuda_fails(monkeypatch, capsys, first, proofs, reason):
    monkeypatch.setattr(cards, "first", first)
    assert choice.chosen("auto", proofs) is None
    assert capsys.readouterr().err == f"device: auto: on the processor, since no card can be used ({reason})\n"
    with pytest.raises(InputError, match=re.escape(f"device: cuda: no card can be used ({reason}); `device: auto`")):
        choice.chosen("cuda", proofs)


@pytest.mark.parametrize("asked", ["gpu", "", None, 1])
def test_other_names_are_refused(asked):
    with pytest.raises(InputError, match=r"`device` of `classify` is .*; it must be one of cpu, auto, cuda"):
        choice.chosen(asked, [yes])


def test_clusters_are_asked_for_a_card_where_one_is_wanted_and_the_site_has_no_own_words():
    assert choice.resources_of("cpu", []) == {}
    assert choice.resources_of("auto", ["device", "runtime"]) == {"gpu": 1}
    assert choice.resources_of("cuda", ["device", "gres"]) == choice.resources_of("cuda", ["gpu"]) == {}


def test_a_machine_without_driver_is_told_early(monkeypatch):
    monkeypatch.setattr(choice, "DRIVER", "libcuda-that-nobody-has.so.1")
    choice.check_driver("cpu")
    choice.check_driver("auto")
    with pytest.raises(InputError, match="this machine has no driver of NVIDIA's cards"):
        choice.check_driver("cuda")
