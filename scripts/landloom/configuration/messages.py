"""Error messages of a configuration for users, from the errors of pydantic."""

import copy
import difflib
import re
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from landloom.core.addresses import without_secrets
from landloom.core.section import Section
from landloom.core.text import printable, shortened

_NUMBER, _WHOLE = "must be a number", "must be a whole number"
_DATE = "must be a date as 2018-05-31"
_WORDS = {
    "string_type": "must be text",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "must be a smaller number",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "must be a finite number",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a section of keys and values",
    "model_type": "must be a section of keys and values",
    "model_attributes_type": "must be a section of keys and values",
    "too_short": "needs at least {min_length}, has {actual_length}",
    "too_long": "takes at most {max_length}, has {actual_length}",
    "literal_error": "must be {expected}",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
}
"""Messages by pydantic's error type; other types keep pydantic's message."""

_VARIANT_AT = {"sensors": 2, "model": 1}
"""Positions of the type of a sensor (after its name) and of a model in pydantic's locations, not part of the key."""

_INTERNAL = ("function-", "constrained-", "list[", "[key", "literal[", "kind-")
"""Prefixes in pydantic's locations of keys with several types."""


_RENAMED = {
    "agreeing_share": "agreeing_fraction",
    "clear_share": "valid_fraction",
    "foreign_labels": "unknown_labels",
    "held_out_share": "held_out_fraction",
    "least_clear_share": "minimum_valid_fraction",
    "minimum_clear_looks": "minimum_valid_observations",
    "minimum_looks": "minimum_observations",
    "neighbour_shares": "neighbour_fractions",
    "reference_shares": "reference_fractions",
    "suspicious": "suspected",
    "train_share": "train_fraction",
}
"""Renamed keys of version 0.1.0 with their present names."""

_MUST = "must be "
_SHORT = 40
"""Letters of a value that an example repeats."""


def lines(details: Sequence[Any], known: Collection[str]) -> list[str]:
    """Convert errors of pydantic to lines: key, problem, expected value.

    A key with several types has an error for each, which are merged into one line.

    Parameters
    ----------
    details : sequence of dict
        As returned by ``ValidationError.errors()``.
    known : collection of str
        All keys, for suggestions.
    """
    found = []
    for key, several in groupby(details, key=lambda detail: _key(detail["loc"])):
        of_key = list(several)
        wishes = [_problem(detail) for detail in of_key]
        if len(of_key) > 1 and all(wish.startswith(_MUST) for wish in wishes):
            wanted = " or ".join(wish.removeprefix(_MUST) for wish in wishes)
            found.append(f"{printable(shortened(key))}: {_MUST}{wanted}{_given(of_key[0])}")
        else:
            found += [_line(detail, known) for detail in of_key]
    return found


def _line(detail: Any, known: Collection[str]) -> str:
    """Convert one error to a line."""
    key = printable(shortened(_key(detail["loc"]) or "configuration"))
    if detail["type"] == "extra_forbidden":
        return f"{key}: unknown key{_suggestion(str(detail['loc'][-1]), known)}"
    if detail["type"].startswith("union_tag"):
        expected = detail["ctx"].get("expected_tags", "those in config/README.md")
        return f"{key}.type: must be one of {expected}{_near_tag(detail, expected)}"
    if detail["type"] == "missing":
        return f"{key}: is missing"
    return f"{key}: {_problem(detail)}{_given(detail)}"


def _near_tag(detail: Any, expected: str) -> str:
    """Return the type that was given, and the one that is most similar to it."""
    given, close = str(detail["ctx"].get("tag", "")), _nearest(detail)
    return f", not {shortened(repr(given))}{f' (did you mean {close}?)' if close else ''}" if given else ""


def _nearest(detail: Any) -> str:
    """Return the type that is most similar to an unknown one; empty if none is."""
    expected = re.findall(r"'([^']+)'", detail["ctx"].get("expected_tags", ""))
    close = difflib.get_close_matches(str(detail["ctx"].get("tag", ""))[:60].lower(), expected, 1)
    return close[0] if close else ""


def with_near_types(content: Any, details: Sequence[Any]) -> Any:
    """Return a configuration with misspelt types of sections replaced by the most similar ones; None without any.

    Parameters
    ----------
    content : dict
        The configuration, which stays as it is.
    details : sequence of dict
        What pydantic finds wrong with it.
    """
    misspelt = {one["loc"]: _nearest(one) for one in details if one["type"] == "union_tag_invalid"}
    meant = {loc: near for loc, near in misspelt.items() if near}
    changed = copy.deepcopy(content) if meant else None
    for loc, near in meant.items():
        section = changed
        for key in loc:
            section = section.get(key) if isinstance(section, dict) else None
        if isinstance(section, dict):
            section["type"] = near
    return changed


def _example(detail: Any) -> str:
    """Return how a value would be right that has another form than its key: a list, or sections by name."""
    given = detail.get("input")
    if detail["type"] == "list_type" and isinstance(given, str | int | float) and len(str(given)) <= _SHORT:
        return f"; write [{given}]"
    if detail["loc"] == ("years",) and isinstance(given, list | int | str):
        years = [one for one in (given if isinstance(given, list) else [given]) if str(one).isdigit()]
        return f"; write {{{', '.join(f'{year}: ' for year in years[:3] or [2018])}}}"
    return ""


def _key(loc: tuple[str | int, ...]) -> str:
    """Return the key of an error as users write it: ``features.functions[0].name``."""
    variant = _VARIANT_AT.get(str(loc[0]) if loc else "", len(loc))
    key = ""
    for rank, part in enumerate(loc):
        if rank == variant or (rank and str(part).startswith(_INTERNAL)):
            continue
        is_position = isinstance(part, int) and loc[0] != "years"
        key += f"[{part}]" if is_position else f"{'.' if key else ''}{part}"
    return key


def _problem(detail: Any) -> str:
    if detail["type"] in _WORDS:
        return _WORDS[detail["type"]].format(**{name: _plain(value) for name, value in detail.get("ctx", {}).items()})
    message = detail["msg"].removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _plain(value: object) -> object:
    """Return a limit without trailing zeros."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _given(detail: Any) -> str:
    """Return the invalid value formatted for its message."""
    given = detail.get("input")
    if isinstance(given, dict | list | Section) or detail["msg"].endswith("?"):
        return _example(detail)
    if given is None:
        return ", not empty" if detail["type"].endswith("_type") else ""
    quotes = "; put it in quotes" if detail["type"] == "string_type" else ""
    try:
        return f", not {shortened(without_secrets(repr(given)))}{quotes}{_example(detail)}"
    except ValueError:  # an integer of thousands of digits, as YAML's hexadecimal ones may be
        return ", not a number of thousands of digits"


def _suggestion(key: str, known: Collection[str]) -> str:
    """Return the present name of an old key, or the known key that is most similar to a misspelt one."""
    if key in _RENAMED:
        return f": it is called {_RENAMED[key]} now"
    if key in known:
        return " here"
    close = difflib.get_close_matches(key[:60], sorted(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""
