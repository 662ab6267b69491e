import pytest

from landloom.core.text import alike, printable, shortened, unfit


@pytest.mark.parametrize("text", ["", "Blé d'hiver", "\N{NO-BREAK SPACE}é\u0301", "日本", "😀"])
def test_text_that_may_stand_anywhere(text):
    assert unfit(text) is None
    assert printable(text) == text


@pytest.mark.parametrize("letter", ["\x00", "\n", "\x1b", "\x7f", "\x9b", "\u2028", "\ud800", "\uffff"])
def test_characters_that_break_tables_or_steer_terminals(letter):
    assert unfit(f"a{letter}b") == ascii(letter)
    assert (letter in printable(f"a{letter}b")) is (letter == "\n")


def test_lines_of_messages_stay():
    assert printable("a\n\tb\x1b[2J") == "a\n\tb\\x1b[2J"


def test_long_text_and_lists_are_cut():
    assert shortened("a" * 200) == "a" * 200
    assert shortened("a" * 201) == "a" * 200 + "..."
    assert shortened(range(3)) == "[0, 1, 2]"
    assert shortened(list(range(25))).endswith("19] and 5 more")
    assert len(shortened(["b" * 10**6] * 10**4)) < 20 * 250


def test_many_faults_of_a_kind_are_one_line():
    faults = [(f"a/{day}.tif", f"has {day} bands, no band 9") for day in range(10)] + [("a/x.tif", "is truncated")]
    assert alike(faults[:3], few=3) == [f"a/{day}.tif: has {day} bands, no band 9" for day in range(3)]
    first, second = alike(faults, few=3)
    names = ", ".join(f"{day}.tif" for day in range(1, 10))
    assert first == f"a/0.tif: has 0 bands, no band 9 (likewise 9 more: {names})"
    assert second == "a/x.tif: is truncated"
    assert alike([("words", "")], few=1) == ["words"]
