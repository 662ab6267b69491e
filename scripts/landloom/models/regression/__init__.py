"""Models of a target: regressors whose values have intervals."""
