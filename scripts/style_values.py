"""Write styles beside a map of a target."""

from typing import TYPE_CHECKING

from landloom.jobs import job
from landloom.maps.ramps import ramp
from landloom.maps.values import value_styles
from landloom.reference.target_settings import TargetSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.maps.values.value_styles`."""
    colors = value_styles.ramp_of(TargetSettings(**snakemake.params.target))
    ramp.write_qgis_style(snakemake.output.style, colors)
    ramp.write_sld(snakemake.output.sld, colors)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
