"""Write class names and styles beside a map."""

from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.jobs import job
from landloom.maps import styles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.maps.styles`."""
    classes = nomenclature.read(snakemake.input.nomenclature)
    styles.write_class_names(snakemake.output.names, classes)
    styles.write_qgis_style(snakemake.output.style, classes)
    styles.write_sld(snakemake.output.sld, classes)
    styles.write_class_table(snakemake.output.classes, classes)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
