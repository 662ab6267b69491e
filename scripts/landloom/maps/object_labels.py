"""Labels and statistics of the objects of all tiles, as fields of their polygons."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from landloom.core import parquet
from landloom.core.nomenclature import Nomenclature
from landloom.geo import vectors
from landloom.maps.object_map import ObjectTables
from landloom.objects.given_segments import NAME


def of_tiles(paths: Sequence[Path | str], classes: Nomenclature, regions: Sequence[str]) -> pd.DataFrame:
    """Return the labels of all objects of all tiles, by their numbers; those of several tiles stand there once.

    Parameters
    ----------
    paths : sequence of path
        Tables of the tiles.
    classes : Nomenclature
        Its labels and names are added.
    regions : sequence of str
        Names by number, from 1.
    """
    several = pd.concat([parquet.read(path) for path in paths], ignore_index=True)
    found = several.drop_duplicates("object").set_index("object").sort_index()
    return with_names(found, classes).assign(region=found.region.map(dict(enumerate(regions, 1))))


def with_names(table: pd.DataFrame, classes: Nomenclature) -> pd.DataFrame:
    """Return a table with the label and the name of its ``code`` beside it."""
    found, place = table.copy(), table.columns.get_loc("code")
    names = {entry.code: entry.name for entry in classes.classes}
    found.insert(place + 1, "label", found.code.map(classes.label_by_code()))
    found.insert(place + 2, "class", found.code.map(names))
    return found


def statistics_of(tiles: Sequence[ObjectTables]) -> pd.DataFrame:
    """Return the statistics of all objects of all tiles, int16, by their numbers."""
    parts = list(_statistics(tiles))
    found = pd.concat(parts) if parts else pd.DataFrame()
    return found[~found.index.duplicated()].sort_index()


def _statistics(tiles: Sequence[ObjectTables]) -> Iterator[pd.DataFrame]:
    for tile in tiles:
        for part in tile.parts():
            matrix = tile.features.matrix(part.seen, part.sums)
            yield pd.DataFrame(matrix, index=pd.Index(part.numbers, name="object"), columns=tile.features.names)


def fields_of(polygons: Mapping[str, np.ndarray], labels: pd.DataFrame) -> pd.DataFrame:
    """Return the fields of those polygons that were classified, in the order of the polygons.

    Parameters
    ----------
    polygons : dict of field: ndarray
        ``object``, and other fields of all polygons; ``_given`` is added to names that labels have, too, in any case:
        GeoPackages take ``CODE`` and ``code`` for one field.
    labels : DataFrame
        By the number of the object.
    """
    table = pd.DataFrame(dict(polygons))
    known = {str(name).lower() for name in labels.columns}
    taken = {name: f"{name}_given" for name in table.columns if name.lower() in known}
    return table.rename(columns=taken).join(labels, on="object", how="inner")


def write_polygons(polygons: gpd.GeoDataFrame, field: str | None, labels: pd.DataFrame, path: Path | str) -> int:
    """Write those polygons that have a label, with what is known of them, as a GeoPackage.

    Parameters
    ----------
    polygons : GeoDataFrame
        As of :func:`landloom.objects.given_segments.polygons_of`.
    field : str or None
        Name of the field of their names, which is kept; `object_given` of one that is called `object`.
    labels : DataFrame
        By the number of the object.
    path : path

    Returns
    -------
    int
        The number of polygons.
    """
    kept = {"object": polygons.object.to_numpy()}
    if field is not None:
        kept[f"{field}_given" if field.lower() in kept else field] = polygons[NAME].to_numpy()
    fields = fields_of(kept, labels)
    shapes = polygons.geometry.iloc[fields.index].reset_index(drop=True)
    frame = gpd.GeoDataFrame(fields.reset_index(drop=True), geometry=shapes, crs=polygons.crs)
    vectors.write_layers(path, {"objects": frame})
    return len(frame)
