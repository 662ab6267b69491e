"""Land cover maps from satellite image time series; nothing in here knows about Snakemake."""
