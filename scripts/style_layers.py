"""Write styles beside the layers of a year's maps that no other style tells of."""

from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.jobs import job
from landloom.maps.ramps import layer_styles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.maps.ramps.layer_styles`."""
    classes = [nomenclature.read(path) for path in snakemake.input.nomenclature]
    legends = layer_styles.Legends(next(iter(classes), None), **snakemake.params.legends)
    for path in snakemake.output.styles:
        layer_styles.write(path, legends)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
