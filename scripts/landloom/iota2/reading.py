"""Reader of iota2's configuration files.

All ages of iota2 write the format of the Python module ``config``: sections of ``name : value`` entries, nested
mappings and lists, strings, numbers, bare words, and comments. That module can import other files and look up Python
objects; text of strangers should do neither, so that it is read here, as text alone.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.text import shortened

MOST_BYTES = 2**20
MOST_DEPTH = 20

_TOKEN = re.compile(
    r"""
    (?P<space>[\s,]+|\#[^\n]*)
    |(?P<mark>[{}\[\]:=])
    |(?P<text>"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)
    |(?P<word>[^\s,{}\[\]:="'`\#]+)
    """,
    re.VERBOSE,
)
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_CONSTANTS = {"True": True, "False": False, "None": None}

Value: TypeAlias = "str | int | float | bool | list[Any] | Block | None"


@dataclass(frozen=True)
class Entry:
    """A name and its value, with the line of the file that the name stands in."""

    name: str
    value: Value
    line: int


@dataclass(frozen=True)
class Block:
    """A section, or a mapping within one: its entries in the order of the file."""

    entries: tuple[Entry, ...]


def plain(value: Value) -> Any:
    """Return a value with dictionaries in place of blocks."""
    if isinstance(value, Block):
        return {entry.name: plain(entry.value) for entry in value.entries}
    return [plain(one) for one in value] if isinstance(value, list) else value


def read(path: Path | str) -> Block:
    """Read a configuration of iota2.

    Raises
    ------
    InputError
        If it cannot be read, or is written otherwise; the message names the line.
    """
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    try:
        return of_text(text)
    except InputError as error:
        raise InputError(f"{path}, {error}") from None


def of_text(text: str) -> Block:
    """Return what a text holds; raises as :func:`read`, with the line alone."""
    tokens = _Tokens(list(_tokens(text)))
    block = _block(tokens, 0)
    if tokens.kind != "end":
        raise tokens.error("expected the name of a section")
    return block


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the kind, text and line of each token but spaces, commas and comments; ``end`` is the last."""
    place, line = 0, 1
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise InputError(f"line {line}: {shortened(text[place : place + 20])!r} begins a string that has no end")
        if found.lastgroup != "space":
            yield str(found.lastgroup), found[0], line
        line += found[0].count("\n")
        place = found.end()
    yield "end", "the end of the file", line


class _Tokens:
    """Tokens, of which the first that is not taken is looked at."""

    def __init__(self, tokens: list[tuple[str, str, int]]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._place][0]

    @property
    def text(self) -> str:
        return self._tokens[self._place][1]

    @property
    def line(self) -> int:
        return self._tokens[self._place][2]

    def take(self) -> str:
        """Return the text of a token, and go on to the next."""
        text = self.text
        self._place += 1
        return text

    def is_mark(self, marks: str) -> bool:
        """Return whether the token is one of some marks."""
        return self.kind == "mark" and self.text in marks

    def error(self, expected: str) -> InputError:
        """Return the error for a token that is not what must follow."""
        return InputError(f"line {self.line}: {expected}, not {shortened(self.text)!r}")


def _block(tokens: _Tokens, depth: int) -> Block:
    """Return the entries up to the end of a mapping, or of the file."""
    if depth > MOST_DEPTH:
        raise tokens.error(f"expected at most {MOST_DEPTH} mappings and lists within each other")
    entries: dict[str, Entry] = {}
    while tokens.kind in ("word", "text"):
        line, name = tokens.line, _unquoted(tokens.take())
        if not tokens.is_mark(":="):
            raise tokens.error(f"expected `:` after the name `{shortened(name)}`")
        tokens.take()
        if name in entries:
            raise InputError(f"line {line}: `{shortened(name)}` is given in line {entries[name].line}, too")
        entries[name] = Entry(name, _value(tokens, depth), line)
    return Block(tuple(entries.values()))


def _value(tokens: _Tokens, depth: int) -> Value:
    """Return the value that begins here."""
    if tokens.kind == "text":
        return _unquoted(tokens.take())
    if tokens.kind == "word":
        return _of_word(tokens.take())
    if tokens.is_mark("{"):
        tokens.take()
        block = _block(tokens, depth + 1)
        _close(tokens, "}")
        return block
    if tokens.is_mark("["):
        tokens.take()
        return _list(tokens, depth + 1)
    raise tokens.error("expected a value")


def _list(tokens: _Tokens, depth: int) -> list[Value]:
    """Return the values up to the end of a list."""
    if depth > MOST_DEPTH:
        raise tokens.error(f"expected at most {MOST_DEPTH} mappings and lists within each other")
    values = []
    while tokens.kind in ("word", "text") or tokens.is_mark("{["):
        values.append(_value(tokens, depth))
    _close(tokens, "]")
    return values


def _close(tokens: _Tokens, bracket: str) -> None:
    if not tokens.is_mark(bracket):
        raise tokens.error(f"expected `{bracket}`")
    tokens.take()


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] in "\"'`" else text


def _of_word(word: str) -> Value:
    """Return the number or constant that a bare word is; else, and beyond all numbers, the word as text."""
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if _WHOLE.fullmatch(word):
        return int(word)
    number = float(word) if _NUMBER.fullmatch(word) else math.inf
    return number if math.isfinite(number) else word
