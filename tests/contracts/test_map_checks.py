"""What every check of maps must do: its thresholds, its values, its place in configuration and report."""

import pytest

from landloom.checks import evaluation
from landloom.checks.findings import Finding
from landloom.checks.map_checks import CHECKS
from landloom.checks.settings import FailureThresholds, SanitySettings, WarningThresholds
from landloom.report import checks as report
from unit.checks.test_map_checks import BAD, GOOD, GROUND


@pytest.fixture(params=CHECKS, ids=lambda check: check.key)
def check(request):
    return request.param


def all_findings(check):
    runs = [(GOOD, GROUND), *((case[0], GROUND) for case in BAD.values())]
    return [finding for run, context in runs for finding in check.find(context, run)]


def test_its_key_stands_in_the_configuration(check):
    for section, default in ((WarningThresholds, check.warn), (FailureThresholds, check.fail)):
        field = section.model_fields[check.key]
        assert (field.default, field.description) == (default, check.description)
    assert [one.key for one in CHECKS] == list(WarningThresholds.model_fields)


def test_its_values_are_fractions_and_its_findings_have_its_key(check):
    found = all_findings(check)
    assert found
    assert {finding.check for finding in found} == {check.key}
    assert all(0 <= finding.value <= 1 for finding in found)


def test_a_good_map_passes_and_some_bad_one_does_not(check):
    def statuses(run):
        found = [evaluation.evaluate(one, SanitySettings()) for one in check.find(GROUND, run)]
        return {one.status for one in found}

    assert statuses(GOOD) == {"ok"}
    assert any(statuses(case[0]) - {"ok"} for case in BAD.values())


def test_the_report_has_its_title(check):
    finding = evaluation.evaluate(Finding(check.key, "0", "", 0.5), SanitySettings())
    (row,) = report.rows([finding])
    assert row.title == check.title
