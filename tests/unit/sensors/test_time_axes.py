import datetime

import pytest

from landloom.sensors.time_axes import _day


@pytest.mark.parametrize(
    ("value", "unit", "calendar", "day"),
    [
        ("17622", "days since 1970-01-01", "standard", (2018, 4, 1)),
        ("17622.9", "days since 1970-01-01 00:00:00", "", (2018, 4, 1)),
        ("422928", "hours since 1970-01-01T00:00:00Z", "gregorian", (2018, 4, 1)),
        ("1522540800", "seconds since 1970-01-01", "", (2018, 4, 1)),
        ("422928", "hours since 1970-01-01 00:00:00.0 +2:00", "", (2018, 3, 31)),
        ("422951.5", "hours since 1970-01-01 00:00 -0030", "", (2018, 4, 2)),
        ("422951.5", "hours since 1970-01-01 00:00:00 UTC", "", (2018, 4, 1)),
        ("422951.5", "hours since 1970-01-01T00:00:00.000000", "", (2018, 4, 1)),
        ("17622", "days since 1970-01-01", "360_day", None),
        ("17622", "metres", "", None),
        ("1e99", "days since 1970-01-01", "", None),
    ],
)
def test_days_of_time_axes(value, unit, calendar, day):
    assert _day(value, unit, calendar) == (datetime.date(*day) if day else None)
