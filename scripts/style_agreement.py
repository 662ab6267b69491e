"""Write the names and styles beside a map of agreement."""

from typing import TYPE_CHECKING

from landloom.accuracy.agreement_map import LEGEND
from landloom.jobs import job
from landloom.maps import styles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.maps.styles`."""
    styles.write_class_names(snakemake.output.names, LEGEND)
    styles.write_qgis_style(snakemake.output.style, LEGEND)
    styles.write_sld(snakemake.output.sld, LEGEND)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
