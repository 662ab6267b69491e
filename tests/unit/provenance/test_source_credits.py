"""Licences and lines of makers: from the configuration to reports and STAC items."""

from landloom.provenance import source_credits
from landloom.provenance.source_credits import Credit


def test_sensors_that_tell_something_have_credits():
    sensors = {"s2": {"type": "series"}, "a": {"licence": "", "attribution": "By A."}, "b": {"licence": "CC0"}}
    assert source_credits.of_configuration({"sensors": sensors}) == [Credit("a", "", "By A."), Credit("b", "CC0", "")]
    assert source_credits.of_configuration({}) == []
