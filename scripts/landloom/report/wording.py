"""Formatting of numbers and dates on the page."""

import datetime
import math

DASH = "\N{EN DASH}"
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
_SPACE = "\N{NO-BREAK SPACE}"


def count(value: float) -> str:
    """Format an integer with separated thousands."""
    return f"{value:,.0f}".replace(",", _NARROW_SPACE)


def quantity(value: float) -> str:
    """Format a measure with about four digits and separated thousands."""
    digits = 0 if abs(value) >= 1000 or value == 0 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}".replace(",", _NARROW_SPACE)


def measure(value: float, total: float) -> str:
    """Format a measure with the number of digits common to all parts of a total, so that they align."""
    digits = 0 if total >= 100_000 else 1 if total >= 1000 else 2
    return f"{value:,.{digits}f}".replace(",", _NARROW_SPACE)


def percent(fraction: float) -> str:
    """Format a fraction as a percentage; small ones keep enough digits to differ from 0."""
    if math.isnan(fraction):
        return DASH
    if 0 < fraction < 0.0001:
        return f"<{_SPACE}0.01{_SPACE}%"
    digits = 0 if fraction in (0, 1) else 2 if fraction < 0.01 else 1
    return f"{100 * fraction:.{digits}f}{_SPACE}%"


def decimal(value: float) -> str:
    """Format a score that is not a fraction, with three digits."""
    return DASH if math.isnan(value) else f"{value:.3f}"


def metres(value: float) -> str:
    """Format a length with one digit."""
    return DASH if math.isnan(value) else f"{round(value, 1) + 0.0:.1f}"


def day(date: datetime.date) -> str:
    """Format a date as day, month in letters, year."""
    return f"{date.day}{_SPACE}{date:%B}{_SPACE}{date.year}"


def plural(number: int, one: str, many: str) -> str:
    """Format a number with its noun."""
    return f"{count(number)}{_SPACE}{one if number == 1 else many}"


def span(low: int, high: int) -> str:
    """Format a range of integers."""
    return f"{low}{DASH}{high}" if low < high else f"{low}"


def enumeration(parts: list[str]) -> str:
    """Join parts with commas and a last `and`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def shortened(text: str, letters: int) -> str:
    """Shorten a text that is too long for its position."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
