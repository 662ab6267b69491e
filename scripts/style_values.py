"""Write styles beside a map of a target."""

from typing import TYPE_CHECKING

from landloom.jobs import job
from landloom.maps.values import value_styles
from landloom.reference.target_settings import TargetSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.maps.values.value_styles`."""
    target = TargetSettings(**snakemake.params.target)
    value_styles.write_qgis_style(snakemake.output.style, target)
    value_styles.write_sld(snakemake.output.sld, target)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
