"""Sections of iota2's files: those whose keys moved from age to age, and those with keys of their own."""

SHARED = (
    *("chain", "arg_train", "arg_classification", "GlobChain", "iota2_feature_extraction", "dim_red", "builders"),
    *("sensors_data_interpolation", "python_data_managing", "task_retry_limits", "slurm", "multi_run_fusion"),
)
"""A key of one of these is looked for in all of them."""

SEPARATE = (
    *("Sentinel_2", "Sentinel_2_S2C", "Sentinel_2_L3A", "Landsat8", "Landsat8_old", "Landsat5_old", "Landsat8_usgs"),
    *("Landsat8_usgs_optical", "Landsat8_usgs_thermal", "Landsat8_usgs_infrared", "userFeat", "coregistration"),
    *("simplification", "obia", "scikit_models_parameters", "external_features", "pretrained_model"),
)


def folded(name: str) -> str:
    """Return a name as both ages of iota2 have it: without case and underscores."""
    return name.lower().replace("_", "")


def is_shared(name: str) -> bool:
    """Return whether a section is one of those whose keys moved."""
    return folded(name) in {folded(one) for one in SHARED}


def is_known(name: str) -> bool:
    """Return whether iota2 has a section of this name."""
    return is_shared(name) or folded(name) in {folded(one) for one in SEPARATE}
