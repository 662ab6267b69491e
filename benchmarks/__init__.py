"""Speed and memory of landloom's kernels against those of other programs: `make benchmark`."""
