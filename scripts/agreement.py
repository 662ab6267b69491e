"""Map where a tile's map agrees with the reference."""

from typing import TYPE_CHECKING

from landloom import agreement, jobs, rasters, tables

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.agreement.write`."""
    agreement.write(
        tables.read(snakemake.input.candidates),
        int(snakemake.wildcards.run),
        snakemake.input.classification,
        snakemake.output.agreement,
        rasters.provenance(snakemake.params.config, snakemake.params.code),
    )


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
