"""From a training set to a fitted model."""
