"""Values that have broken programs before, and ways to damage files."""

import datetime
from typing import Any

from hypothesis import strategies as st

INJECTIONS = [
    "$(touch canary)",
    ";touch canary;",
    "`touch canary`",
    "a b;$(touch canary)'\"",
    "' || touch canary || '",
    '"; touch canary; "',
    "\n touch canary\n",
    "{__import__('os').system('touch canary')}",
    "{{tile}}",
    "{tile}",
    "{year}",
    "{",
    "}",
    "%s%n%x",
    "../../x",
    "/etc/passwd",
    "../" * 40 + "etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:1/x",
    "/vsicurl/http://127.0.0.1:1/x",
    "zip://x!y",
    "-rf",
    "~",
    ".",
    "..",
    "/",
    "",
    " ",
    "con",
    "NUL",
    "x" * 256,
    "x" * 5000,
    "é" * 200,
    "\0",
    "\ud800",
    "\u202egnp.exe",
    "\u2028",
    "\x1b[2J",
    "ﷺ" * 50,
    "Ω",
    "nan",
    "inf",
    "1e999",
    "9" * 5000,
    "true",
    "series",
    "sentinel2_theia",
    "list[x]",
    "function-x",
    "__class__",
    "<script>alert(1)</script>",
    "<!DOCTYPE a>",
    "=cmd|' /C calc'!A0",
]

texts = st.sampled_from(INJECTIONS) | st.text(max_size=20)
numbers = st.sampled_from(
    [0, -1, 1, 2**31, 2**32, 2**63, 2**64, 10**30, 10**4000, 0.5, 1e-300, 1e300, float("nan"), float("inf")]
)
scalars = (
    texts
    | numbers
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.dates()
    | st.sampled_from([b"\xff", datetime.datetime(2018, 1, 1), datetime.date(1, 1, 1), datetime.date(9999, 12, 31)])
)


def _recursive() -> list[Any]:
    """Return what YAML's `&a [*a]` gives."""
    endless: list[Any] = []
    endless.append(endless)
    return endless


def billion_laughs() -> list[Any]:
    """Return what nested anchors of YAML give: few lists in memory, a billion on the way through them.

    Not among the values that are drawn, since hypothesis would print it.
    """
    laughs: list[Any] = ["ha"]
    for _ in range(10):
        laughs = [laughs] * 9
    return laughs


values = st.recursive(
    scalars | st.builds(_recursive),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.integers(), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Change a file here and there: bytes replaced, cut out, doubled, or the end lost."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(0, 40))
        match draw(st.sampled_from(["replace", "cut", "double", "end"])):
            case "replace":
                data[start : start + length] = draw(st.binary(max_size=length) | st.just(b"\xff" * length))
            case "cut":
                del data[start : start + length]
            case "double":
                data[start:start] = data[start : start + length]
            case "end":
                del data[start:]
    return bytes(data)
