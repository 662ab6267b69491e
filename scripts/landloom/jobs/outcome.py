"""Where the results of a run are: what it says at its end.

This module is imported whenever the Snakefile is parsed, and needs only the standard library.
"""

from pathlib import Path

SHOWN = ("map/run0/classification.tif", "map/run0/value.tif", "map.html", "report.html")
"""Products of a year that somebody opens first."""

MOST_YEARS = 5


def summary(results: Path, since: float) -> str:
    """Return a line for each year of which a map or a report is new; empty where none is.

    Parameters
    ----------
    results : Path
        Folder of the products.
    since : float
        Seconds since 1970.
    """
    years = sorted({path.parent for path in results.glob("*/*.html") if path.stat().st_mtime >= since})
    lines = []
    for year in years[:MOST_YEARS]:
        there = [name for name in SHOWN if (year / name).exists()]
        lines.append(f"  {year.resolve()}: {', '.join(there)}")
    if len(years) > MOST_YEARS:
        lines.append(f"  and {len(years) - MOST_YEARS} more years")
    return "\n".join(["Maps and reports:", *lines, ""]) if lines else ""
