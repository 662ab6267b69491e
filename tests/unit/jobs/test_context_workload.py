from types import SimpleNamespace

import pytest
import yaml

from landloom.configuration import configuration, workload
from landloom.configuration.plan import WorkflowPlan
from running import ROOT

FILES = SimpleNamespace(table="", grid="", dates="", functions="", models=[], candidates="")
"""Before the survey: a full tile."""


def of(**context):
    content = yaml.safe_load((ROOT / "config/config.yaml").read_text()) | ({"context": context} if context else {})
    plan = WorkflowPlan.of(configuration.parse(content))
    return workload.context_workload_of(plan), workload.workload_of(plan)


def test_memory_of_superpixels_is_that_of_a_series_and_of_strips():
    jobs, plain = of(iterations=3)
    strips = jobs.superpixels_mb(FILES) - plain.making_mb(FILES)
    assert strips == pytest.approx(jobs.segmentation.strip_bytes(10980) / 1e6, abs=1)
    assert 500 < strips < 2000
    assert jobs.superpixels_seconds(FILES) > plain.samples_seconds(FILES) + 100


def test_context_takes_more_of_samples_training_and_maps(tmp_path):
    jobs, plain = of(iterations=3)
    counts = tmp_path / "counts.csv"
    counts.write_text("region,run,code,samples\nall,0,1,1000\n")
    more = jobs.samples_mb(FILES, counts) - plain.samples_mb(FILES, counts)
    assert more > 1000 * 100 * plain.number_of_features(FILES) * 2e-6
    table = tmp_path / "context.parquet"
    table.write_bytes(bytes(10**7))
    assert jobs.training_mb([], [str(table)]) == plain.training_mb([]) + 40
    assert jobs.training_seconds([str(table)]) == 8 * plain.training_seconds([str(table)])
    assert jobs.classification_mb(FILES) > plain.classification_mb(FILES)
    assert jobs.classification_seconds(FILES) > 2 * plain.classification_seconds(FILES)
