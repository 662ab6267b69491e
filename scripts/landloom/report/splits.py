"""Description of the split into training and test polygons, which determines the meaning of the scores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landloom.reference.findings import POINTS
from landloom.reference.settings import ReferenceSettings, Split

_OF_ONE_SOURCE = (
    "The polygons are not a probability sample of the map, and test polygons come from the same source as those used "
    "for training and share its label errors, so no score here is an unbiased estimate of the map's accuracy."
)
_OF_WHOLE_MAP = (
    "The polygons cover the whole map, so that those that test are a part of it drawn at random; but they come from "
    "the same source as those used for training and share its label errors: scores tell how well the map agrees with "
    "that source."
)
_OF_ANOTHER_SOURCE = (
    "These scores are unbiased estimates of the map's accuracy only if the test polygons are a probability sample "
    "of the mapped area."
)


@dataclass(frozen=True)
class Division:
    """Text about the split.

    Attributes
    ----------
    text : str
        Training and test polygons.
    caveat : str
        Reason why the scores are not unbiased estimates.
    random : bool
        Whether runs differ in the split.
    honest : bool
        Whether test polygons were not used for training.
    source : str
        What the labels are, as the configuration tells it; empty where it does not.
    other_year : str
        What is to be known of labels of another year than the map's; empty where they are of none.
    """

    text: str
    caveat: str
    random: bool
    honest: bool
    source: str = ""
    other_year: str = ""


def beside_tests(samples: Mapping[str, Any], year: str, years: Collection[str]) -> str:
    """Return a text about training samples other than the year's own polygons; empty if there are none.

    Parameters
    ----------
    samples : dict
        The section `samples` of the configuration.
    years : collection of str
        The year and its possible source years.
    """
    sources = {"from_map": "an earlier map", "annual": "another year"}
    used = [name for key, name in sources.items() if samples.get(key) and str(samples[key].get("year")) != year]
    others = sorted(set(years) - {year})
    used += ["other years" if len(others) > 1 else "another year"] if samples.get("years") and others else []
    used = list(dict.fromkeys(used))
    text = (
        f" Samples of {' and of '.join(used)} train too: none is in a test polygon, but they may adjoin one, "
        "and may be in test blocks."
    )
    return (text if used else "") + _of_table(samples.get("table"))


def _of_table(table: Mapping[str, Any] | None) -> str:
    """Return a text about a table of series that trains; empty without one."""
    if table is None:
        return ""
    how = "Only series of a table train" if table["use"] == "only" else "Series of a table train too"
    return f" {how}: where they were observed is unknown, in test polygons perhaps."


def of_points(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return a text about points in the reference; empty if there are none."""
    if not any(row["finding"] == POINTS for row in findings):
        return ""
    return (
        " Here and in the following, polygons include points: each stands for its pixel, and only whole blocks keep "
        "its neighbours apart from it."
    )


def source_of(settings: ReferenceSettings) -> str:
    """Return what the labels are: the description of the configuration, and their year."""
    words = (settings.description or "").strip().rstrip(".")
    of_year = f"labels of {settings.year}" if settings.year else ""
    text = "; ".join(filter(None, (words, of_year)))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def of_other_year(settings: ReferenceSettings, year: str) -> str:
    """Return a warning where the labels are of another year than the map; empty else."""
    if settings.year is None or str(settings.year) == year:
        return ""
    what = "what has changed since" if settings.year < int(year) else "what was otherwise before"
    return (
        f"The labels are of {settings.year}, the map is of {year} (`reference.year`): {what} counts as an error of "
        "the map where it tests, and misleads the model where it trains."
    )


def describe(settings: ReferenceSettings, year: str, others: str = "", *, covers: bool = False) -> Division:
    """Return the description of the split.

    Parameters
    ----------
    settings : ReferenceSettings
    year : str
        Of the map.
    others : str
        Result of :func:`beside_tests`.
    covers : bool
        Whether the polygons cover the whole map.
    """
    fraction = f"{100 * settings.train_fraction:.3g}"
    not_held_out = " that are not held out" if settings.held_out_fraction else ""
    texts: dict[Split, str] = {
        "polygons": f"Within each region and class, {fraction} % of the polygons{not_held_out}, drawn at random, "
        "train, and the rest test. Test polygons may adjoin training polygons of the same class, so that the map may "
        "be less accurate far from all polygons.",
        "blocks": f"Whole spatial blocks, {settings.block_m:g} m wide and drawn at random, train or test: "
        f"about {fraction} % of each class's polygons{not_held_out} train. Test polygons are thus separate from "
        "training polygons, except at borders of blocks.",
        "file": f"All polygons of {settings.file} train, and those of {settings.test_file} test, in all runs.",
        "all": "Every polygon trains and tests: these scores show how well the models reproduce their training "
        "data, and are not a valid accuracy of the map.",
    }
    held = f" {100 * settings.held_out_fraction:.3g} % of the "
    held += "test polygons" if settings.split == "file" else "polygons"
    held += " neither train nor test here: they are held out of all runs."
    text = texts[settings.split] + (held if settings.held_out_fraction else "")
    text += others if settings.split != "all" else ""
    own = _OF_WHOLE_MAP if covers and settings.split != "all" else _OF_ONE_SOURCE
    caveat = _OF_ANOTHER_SOURCE if settings.split == "file" else own
    drawn, honest = settings.split in ("polygons", "blocks"), settings.split != "all"
    return Division(text, caveat, drawn, honest, source_of(settings), of_other_year(settings, year))
