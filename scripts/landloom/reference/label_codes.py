"""From the labels of polygons to codes of the nomenclature."""

from collections.abc import Collection

import pandas as pd

from landloom.core import labels as label_rules
from landloom.core.errors import InputError
from landloom.core.nomenclature import Nomenclature
from landloom.geo import vector_files, vectors
from landloom.reference.findings import IGNORED, Findings
from landloom.reference.settings import ReferenceSettings

MOST_SHOWN = 50
"""Largest number of labels in a message."""


def codes_of(
    labels: pd.Series, settings: ReferenceSettings, nomenclature: Nomenclature, path: str, field_key: str
) -> tuple[pd.Series, Findings]:
    """Return each polygon's class code, missing if it is to be dropped, and what was found.

    Parameters
    ----------
    labels : Series
        Indexed by the polygons' ids.
    settings : ReferenceSettings
    nomenclature : Nomenclature
    path, field_key : str
        Of the polygons' file and field, for messages.

    Raises
    ------
    InputError
        If labels are neither known nor ignored; the message names known ones that are near.
    """
    findings = Findings()
    texts = vectors.label_texts(labels)
    findings.add("no label", "left out", labels.index[texts.isna()])
    # Told by the file's own labels: one that is merged may get a label that is ignored there.
    is_ignored = texts.isin(settings.ignore)
    findings.add(IGNORED, "left out", labels.index[is_ignored])
    known = nomenclature.code_by_label()
    if nowhere := sorted(set(settings.merge.values()) - set(known)):
        raise InputError(f"reference.merge: {label_rules.named_together(nowhere, known)} not in the nomenclature")
    texts = texts.mask(is_ignored).map(lambda label: settings.merge.get(label, label), na_action="ignore")
    unknown = texts[texts.notna() & ~texts.isin(set(known))]
    if len(unknown):
        hint = vector_files.encoding_hint(path, sorted(set(unknown)), sorted(set(settings.ignore) | set(known)))
        raise InputError(
            f"{field_key}: {path}: labels that the nomenclature lacks: {_counted(unknown, known)}; "
            f"add them there, or to reference.ignore{hint}"
        )
    return texts.map(known), findings


def unused(settings: ReferenceSettings, there: Collection[str]) -> list[str]:
    """Return a message for each list of labels that holds some that no polygon has, but a similar one.

    What is like no label that is there may be meant for another version of the file: that is no error.
    """
    lists = {"ignore": settings.ignore, "merge": list(settings.merge)}
    found = []
    for key, listed in lists.items():
        odd = [label for label in listed if label not in there and label_rules.near(label, set(there) - {*listed})]
        if odd:
            which = label_rules.named_together(odd, set(there) - {*listed})
            found.append(f"reference.{key}: no polygon has the label {which}")
    return found


def _counted(unknown: pd.Series, known: Collection[str]) -> str:
    """Return the most frequent unknown labels with their numbers."""
    found = unknown.value_counts()
    counts = ", ".join(
        f"{label_rules.named(str(label), known)} ({count} time{'s' * (count > 1)})"
        for label, count in found.head(MOST_SHOWN).items()
    )
    return counts + (f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else "")
