"""Names of regions: those of the configuration among those of the regions' file."""

import pandas as pd

from landloom.core import labels
from landloom.core.text import shortened
from landloom.geo import vectors
from landloom.geo.region_settings import RegionSettings
from landloom.geo.vector_files import VectorFile, encoding_hint


def file_of(settings: RegionSettings) -> VectorFile:
    """Return the regions' file."""
    return VectorFile(f"{settings.KEY}.file", settings.file, settings.layer, settings.crs)


def problem(settings: RegionSettings, values: pd.Series) -> str | None:
    """Return a message about names of the configuration that the file lacks, by the values of its field."""
    there = sorted(set(vectors.label_texts(values).dropna()))
    unknown = [name for name in settings.names if name not in set(there)]
    if not unknown:
        return None
    which = labels.named_together(unknown, there)
    hint = encoding_hint(settings.file, there, unknown)
    return f"{settings.KEY}.names: {which} not in field `{settings.field}`, which has {shortened(there)}{hint}"
