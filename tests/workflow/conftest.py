"""The demo, which several modules look at: making it takes a minute."""

import pytest
import yaml

from running import ROOT, run_snakemake, write_config

ONE_THREAD = ["--set-threads", *(f"{rule}=1" for rule in ("acquisitions", "samples", "train", "classify"))]


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Make the demo as a user does; return its folder and configuration.

    One run of the three, to save time; samples that all classes have enough of in both regions; boundary fusion.
    """
    folder = tmp_path_factory.mktemp("demo")
    content = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    content["samples"]["number"] = 400
    content["map"]["boundary_fusion"] = {"interior_m": 300, "exterior_m": 300, "compare": True}
    config = write_config(folder / "config.yaml", {**content, "runs": 1})
    done = run_snakemake(folder, *ONE_THREAD, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder, config
