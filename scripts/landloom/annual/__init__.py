"""From the files of an annual image to arrays of a window: decoding, resampling, mosaics."""
