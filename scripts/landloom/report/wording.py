"""Numbers and dates as they are written on the page."""

import datetime
import math

DASH = "\N{EN DASH}"
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
_SPACE = "\N{NO-BREAK SPACE}"


def count(value: float) -> str:
    """Write a whole number, its thousands apart."""
    return f"{value:,.0f}".replace(",", _NARROW_SPACE)


def quantity(value: float) -> str:
    """Write a measure with about four digits, its thousands apart."""
    digits = 0 if abs(value) >= 1000 or value == 0 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}".replace(",", _NARROW_SPACE)


def measure(value: float, total: float) -> str:
    """Write a measure with the digits that suit all parts of a total, so that they stand in line."""
    digits = 0 if total >= 100_000 else 1 if total >= 1000 else 2
    return f"{value:,.{digits}f}".replace(",", _NARROW_SPACE)


def percent(fraction: float) -> str:
    """Write a share of one as a percentage; a small one keeps digits that tell it from none."""
    if math.isnan(fraction):
        return DASH
    if 0 < fraction < 0.0001:
        return f"<{_SPACE}0.01{_SPACE}%"
    digits = 0 if fraction in (0, 1) else 2 if fraction < 0.01 else 1
    return f"{100 * fraction:.{digits}f}{_SPACE}%"


def decimal(value: float) -> str:
    """Write a score that is no share, with three digits."""
    return DASH if math.isnan(value) else f"{value:.3f}"


def metres(value: float) -> str:
    """Write a length, with a digit."""
    return DASH if math.isnan(value) else f"{round(value, 1) + 0.0:.1f}"


def day(date: datetime.date) -> str:
    """Write a date as day, month in letters, year."""
    return f"{date.day}{_SPACE}{date:%B}{_SPACE}{date.year}"


def plural(number: int, one: str, many: str) -> str:
    """Write a number with its noun."""
    return f"{count(number)}{_SPACE}{one if number == 1 else many}"


def span(low: int, high: int) -> str:
    """Write a range of whole numbers."""
    return f"{low}{DASH}{high}" if low < high else f"{low}"


def enumeration(parts: list[str]) -> str:
    """Join parts with commas and a last `and`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def shortened(text: str, letters: int) -> str:
    """Cut a text that is too long for its place."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
