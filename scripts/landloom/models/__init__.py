"""Fitted models: interface, kernels, files without pickle."""
