"""What profiles hold beside the keys of Snakemake."""

from snakemake_executor_plugin_slurm.partitions import read_partition_file

from running import ROOT


def test_the_example_of_partitions_is_understood():
    partitions = read_partition_file(ROOT / "profiles/slurm/partitions.yaml")
    assert {one.name: one.limits.max_runtime for one in partitions} == {"short": 120, "long": 3 * 24 * 60}
