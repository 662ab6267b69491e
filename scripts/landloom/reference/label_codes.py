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
    ignored = set(settings.ignore)
    findings.add(IGNORED, "left out", labels.index[texts.isin(ignored)])
    known = nomenclature.code_by_label()
    unknown = texts[texts.notna() & ~texts.isin(ignored | set(known))]
    if len(unknown):
        hint = vector_files.encoding_hint(path, sorted(set(unknown)), sorted(ignored | set(known)))
        raise InputError(
            f"{field_key}: {path}: labels that the nomenclature lacks: {_counted(unknown, known)}; "
            f"add them there, or to reference.ignore{hint}"
        )
    return texts.mask(texts.isin(ignored)).map(known), findings


def _counted(unknown: pd.Series, known: Collection[str]) -> str:
    """Return the most frequent unknown labels with their numbers."""
    found = unknown.value_counts()
    counts = ", ".join(
        f"{label_rules.named(str(label), known)} ({count} time{'s' * (count > 1)})"
        for label, count in found.head(MOST_SHOWN).items()
    )
    return counts + (f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else "")
