"""Weigh the models of neighbouring regions against each other along their borders."""

from pathlib import Path
from typing import TYPE_CHECKING

from landloom.geo import border_weights, rasters
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.geo.border_weights.write_tile_weights`."""
    boundary = snakemake.params.boundary
    border_weights.write_tile_weights(
        snakemake.input.territory,
        snakemake.wildcards.tile,
        border_weights.Reach(boundary["interior_m"], boundary["exterior_m"], boundary["least_weight"]),
        Path(snakemake.output.weights),
        rasters.provenance(snakemake.params.config, snakemake.params.code),
    )


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
