"""Draw the training pixels of all runs over all tiles."""

from typing import TYPE_CHECKING

from landloom import jobs, sample_settings, sampling, tables
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.sampling.draw`."""
    candidates = dict(zip(snakemake.params.tiles, map(tables.read, snakemake.input.candidates), strict=True))
    settings = sample_settings.SampleSettings(**snakemake.params.samples)
    draws, counts = sampling.draw(candidates, settings, snakemake.params.runs, snakemake.params.seed)
    counts.insert(1, "region", [snakemake.params.regions[number - 1] for number in counts.pop("number")])
    write_text(snakemake.output.draws, draws.to_csv(index=False, lineterminator="\n"))
    write_text(snakemake.output.counts, counts.to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
