"""Accuracy of maps: confusion, intervals, cross-validation, feature importance."""
