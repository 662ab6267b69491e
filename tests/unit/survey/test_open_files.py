import datetime

import numpy as np
import pytest
import rasterio

from landloom.geo.grids import Grid
from landloom.reading import containers
from landloom.sensors import registry
from landloom.survey import open_files, survey

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 30)
PERIOD = (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))


@pytest.fixture
def sections(tmp_path):
    rng = np.random.default_rng(1)
    for month in (1, 2, 3):
        for name, dtype, least in (("a", "int16", 100), ("m", "uint8", 0)):
            path = tmp_path / f"T1_2018{month:02}01_{name}.tif"
            with rasterio.open(path, "w", driver="GTiff", count=1, dtype=dtype, **GRID.profile()) as dataset:
                dataset.write(rng.integers(least, 2 if name == "m" else 4000, (40, 30)).astype(dtype), 1)
    mask = {"file": "{tile}_{date}_m.tif", "invalid_values": [1]}
    files = {"file": "{tile}_{date}_a.tif", "bands": {"B4": 1}, "mask": mask}
    return registry.sections_of({"s": {"type": "series", "archive": str(tmp_path), **files}})


@pytest.mark.parametrize(("most", "times"), [(2000, 1), (0, 4)])
def test_each_file_is_opened_once_unless_there_are_too_many(sections, monkeypatch, most, times):
    opened, real, living = [], containers.opened_on_disk, []

    def counting(band):
        opened.append(band.path)
        living.append(real(band))
        return living[-1]

    monkeypatch.setattr(containers, "opened_on_disk", counting)
    monkeypatch.setattr(open_files, "MOST_OPEN", most)
    used, _, validity = survey.survey(sections, "T1", PERIOD, GRID, "stop", 2)
    assert len(used) == 3
    assert 0 < validity.mean() < 3
    of_bands = [path for path in opened if path.endswith("_a.tif")]
    assert len(opened) == len(set(opened)) if times == 1 else len(of_bands) > 3
    assert all(dataset.closed for dataset in living)
