"""What the page says of how polygons were divided into training and test: what the scores mean hangs on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landloom.reference.findings import POINTS
from landloom.reference.settings import ReferenceSettings, Split

_OF_ONE_SOURCE = (
    "The polygons are not a probability sample of the map, and test polygons come from the same source as those used "
    "for training and share its label errors, so no score here is an unbiased estimate of the map's accuracy."
)
_OF_ANOTHER_SOURCE = (
    "Only where the test polygons are a probability sample of the mapped ground are these scores unbiased estimates "
    "of the map's accuracy."
)


@dataclass(frozen=True)
class Division:
    """The split in words.

    Attributes
    ----------
    text : str
        What trained and what tested.
    caveat : str
        Why the scores are no unbiased estimates.
    random : bool
        Whether runs differ in it, so that intervals over runs tell of other splits.
    honest : bool
        Whether what tests has not trained.
    """

    text: str
    caveat: str
    random: bool
    honest: bool


def beside_tests(samples: Mapping[str, Any], year: str, years: Collection[str]) -> str:
    """Return what trains in a year beside its own polygons; empty where nothing does.

    Parameters
    ----------
    samples : dict
        The section `samples` of the configuration.
    years : collection of str
        The year, and those that its models' samples may come from.
    """
    sources = {"from_map": "an earlier map", "annual": "another year"}
    used = [name for key, name in sources.items() if samples.get(key) and str(samples[key].get("year")) != year]
    others = sorted(set(years) - {year})
    used += ["other years" if len(others) > 1 else "another year"] if samples.get("years") and others else []
    used = list(dict.fromkeys(used))
    if not used:
        return ""
    return (
        f" Samples of {' and of '.join(used)} train too: none lies in a test polygon, but they may lie beside one, "
        "and in blocks of ground that test."
    )


def of_points(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return what is meant by a polygon where the reference holds points; empty where it holds none."""
    if not any(row["finding"] == POINTS for row in findings):
        return ""
    return " Polygons are here, as in all that follows, points too: each stands for the pixel that it lies in."


def describe(settings: ReferenceSettings, others: str = "") -> Division:
    """Return how polygons were divided; ``others`` is what :func:`beside_tests` says."""
    fraction = f"{100 * settings.train_fraction:.3g}"
    not_held_out = " that are not held out" if settings.held_out_fraction else ""
    texts: dict[Split, str] = {
        "polygons": f"Within each region and class, {fraction} % of the polygons{not_held_out}, drawn at random, "
        "train, and the rest test. Test polygons may lie beside training polygons of the same kind, so that ground "
        "far from all polygons may be mapped less well.",
        "blocks": f"Whole blocks of ground, {settings.block_m:g} m wide and drawn at random, train or test: "
        f"about {fraction} % of each class's polygons{not_held_out} train. So test polygons lie apart from training "
        "polygons, save at borders of blocks.",
        "file": f"All polygons of {settings.file} train, and those of {settings.test_file} test, in all runs.",
        "all": "Every polygon trains and tests: these scores tell how well the models know what they were trained "
        "with, and nothing of the accuracy of the map.",
    }
    held = f" {100 * settings.held_out_fraction:.3g} % of the "
    held += "test polygons" if settings.split == "file" else "polygons"
    held += " neither train nor test here: they are held out of all runs."
    text = texts[settings.split] + (held if settings.held_out_fraction else "")
    text += others if settings.split != "all" else ""
    caveat = _OF_ANOTHER_SOURCE if settings.split == "file" else _OF_ONE_SOURCE
    return Division(text, caveat, settings.split in ("polygons", "blocks"), settings.split != "all")
