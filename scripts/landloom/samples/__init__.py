"""Training samples: selection of pixels and extraction of their features."""
