import pytest
from pydantic import ValidationError

from landloom.configuration import configuration
from landloom.configuration.sensor_plan import calendar_part, read_part, surveyed_part
from landloom.core.errors import InputError
from landloom.sensors.sentinel2.sen2cor import Sen2corSettings
from landloom.sensors.settings import PrepareSettings
from running import LEAST


def refused(**sections):
    with pytest.raises(InputError) as caught:
        configuration.parse(LEAST | sections)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def refused_sensor(kind, **given):
    return refused(sensors={"s": {"type": kind, "archive": "a", **given}})


@pytest.mark.parametrize(
    ("kind", "given", "start"),
    [
        ("hls", {"days": ["04-01"]}, "sensors.s.days: "),
        ("hls", {"days": ["04-01", "02-30"]}, "sensors.s.days: must be a day of the year as MM-DD"),
        ("hls", {"days": ["april", "may"]}, "sensors.s.days[0]: "),
        ("hls", {"minimum_valid_fraction": 1}, "sensors.s.minimum_valid_fraction: "),
        (
            "hls",
            {"orbits": [1]},
            "sensors.s.orbits: products of this type have no orbit; leave `orbits` out",
        ),
        ("hls", {"bands": ["B4"]}, "sensors.s.bands: ['B4'] are not among ['coastal', 'blue',"),
        ("hls", {"invalid_bits": [6]}, "sensors.s.invalid_bits[0]: "),
        ("hls", {"products": ["L10"]}, "sensors.s.products[0]: "),
        ("landsat_c2", {"bands": ["red", "red"]}, "sensors.s.bands: a band is named twice"),
        ("landsat_c2", {"path_rows": {"T": ["19929"]}}, "sensors.s.path_rows.T[0]: "),
        ("landsat_c2", {"path_rows": {"T": [199029]}}, "sensors.s.path_rows.T[0]: "),
        ("landsat_theia_old", {"invalid_bits": {"NUA": [16]}}, "sensors.s.invalid_bits.NUA"),
        ("landsat8_theia", {"bands": ["B8"]}, "sensors.s.bands: ['B8'] are not among"),
        ("sentinel2_l3a", {"output_dates": "monthly"}, "sensors.s.output_dates: "),
        (
            "hls",
            {"coregistration": {"reference": "best", "band": "B8"}},
            "sensors.s: coregistration.band: B8 is not among `bands`",
        ),
        (
            "hls",
            {"coregistration": {"reference": "r/{region}.tif", "band": "red"}},
            "sensors.s.coregistration.reference: holds ['region']",
        ),
    ],
)
def test_faults_name_their_key(kind, given, start):
    (line,) = refused_sensor(kind, **given)[:1]
    assert line.startswith(start)


def test_the_grid_is_of_a_sensor():
    sensors = {"s": {"type": "hls", "archive": "a"}}
    (line,) = refused(sensors=sensors, grid={"sensor": "t"})
    assert "grid.sensor: t is not among ['s']" in line
    (line,) = refused(sensors=sensors, grid={"resolution_m": 0})
    assert line.startswith("grid.resolution_m: ")


def test_syntheses_keep_their_dates_by_default():
    kinds = ("sentinel2_l3a", "sentinel2_theia")
    sensors = {kind: {"type": kind, "archive": "a"} for kind in kinds}
    assert [one.output_dates for one in configuration.parse(LEAST | {"sensors": sensors}).sensors.values()] == [
        "own",
        "steps",
    ]


def sen2cor(**keys):
    return Sen2corSettings(type="sentinel2_sen2cor", archive="data/s2", **keys)


def test_copies_lie_beside_the_results_or_in_a_folder():
    assert sen2cor().prepare is None
    assert PrepareSettings().of_tile("s2", "T31TCJ", "2018") == "results/2018/tiles/T31TCJ/prepared/s2"
    assert PrepareSettings(folder="/big/disk").of_tile("s2", "T31TCJ", "2018") == "/big/disk/T31TCJ/s2"


@pytest.mark.parametrize("folder", ["data/s2", "data/s2/copies"])
def test_copies_are_not_kept_among_the_products(folder):
    with pytest.raises(ValidationError, match="lies in the archive"):
        sen2cor(prepare={"folder": folder})
    assert sen2cor(prepare={"folder": "data/s2_copies"}).prepare.folder == "data/s2_copies"


def test_copies_have_no_effect_on_pixels():
    for part in (read_part, surveyed_part, calendar_part):
        assert part(sen2cor(prepare={})) == part(sen2cor())
