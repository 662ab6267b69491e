"""Heights that a tile's radar images are made with: listed for the provenance, and kept for the next plan.

An elevation model may be a folder of tiles, of which a job finds out those that it needs. So what it has used is a
table of its own, and changes near its tile are noticed by :mod:`landloom.sensors.sentinel1.nearby`.
"""

from collections.abc import Mapping, Sequence

from landloom.prepared.forms import Maker
from landloom.sensors.sentinel1 import dem_folder
from landloom.sensors.sentinel1.dem_folder import HeightsFile
from landloom.sensors.sentinel1.nearby import Known
from landloom.survey.source_files import SourceFile


def of_makers(makers: Mapping[str, Maker]) -> list[SourceFile]:
    """Return the files that images of some sensors are made with beside products, sorted.

    The table has the columns of files.csv; in place of the product stands the key of the sensor's section.
    """
    found = [
        SourceFile(sensor, key, path, file.bytes, file.sha256)
        for sensor, maker in makers.items()
        for path, (key, file) in maker.files.items()
    ]
    return sorted(found, key=lambda file: (file.sensor, file.product, file.path))


def known(
    makers: Mapping[str, Maker], told: Mapping[str, str], listings: Mapping[str, Sequence[HeightsFile]]
) -> dict[str, Known]:
    """Return what a job knew of folders of heights when it began, by sensor.

    Parameters
    ----------
    makers : dict of sensor: Maker
    told : dict of sensor: str
        What Snakemake's plan had, of sensors whose heights are a folder's.
    listings : dict of sensor: list of HeightsFile
        What was in these folders before any was read.
    """
    return {
        name: Known(told[name], maker.box, dem_folder.state(listings[name], maker.box))
        for name, maker in makers.items()
        if name in told and maker.box
    }
