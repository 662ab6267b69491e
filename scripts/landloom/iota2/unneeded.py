"""Keys of iota2 that landloom does without, and why."""

_LOGS = "each job has a log at its product's path below `logs/`"
_MEMORY = "jobs ask for the memory, time and threads of their own work"
_WINDOWS = "windows are chosen by the memory of the job"
_NO_STACKS = "nothing between products and maps is written; `sensors.<name>.prepare` keeps copies on demand"
_FORMAT = "maps are Cloud-Optimized GeoTIFFs"
_GRIDS = "rasters are resampled to each tile's grid as they are read"
_EARLIER_YEAR = "the earlier year is one of `years` here"

REASONS = {
    "remove_outputPath": "nothing is wiped: what does not depend on a change stays",
    "remove_tmp_files": "no folder of intermediate files is left",
    "check_inputs": "inputs are always checked",
    "keep_runs_results": "every run is reported",
    "outputStatistics": "the report has them",
    "force_standard_labels": "features have names of sensor, band and date",
    "model": "each region has its model",
    "pyAppPath": "not used",
    "chainName": "not used",
    "jobsPath": "jobs are those of Snakemake",
    "logPath": _LOGS,
    "logFile": _LOGS,
    "logFileLevel": _LOGS,
    "logger_level": _LOGS,
    "logConsole": _LOGS,
    "logConsoleLevel": _LOGS,
    "enableConsole": _LOGS,
    "enableCrossValidation": "off in iota2, too; the report has scores by folds (`cross_validation`)",
    "L5_old_output_path": _NO_STACKS,
    "L8_output_path": _NO_STACKS,
    "L8_old_output_path": _NO_STACKS,
    "S2_output_path": _NO_STACKS,
    "S2_S2C_output_path": _NO_STACKS,
    "S2_L3A_output_path": _NO_STACKS,
    "write_reproject_resampled_input_dates_stack": _NO_STACKS,
    "writeOutputs": _NO_STACKS,
    "grid": _GRIDS,
    "tile_field": _GRIDS,
    "rasters_grid_path": _GRIDS,
    "compression_algorithm": _FORMAT,
    "compression_predictor": _FORMAT,
    "prevFeatures": _EARLIER_YEAR,
    "outputPrevFeatures": _EARLIER_YEAR,
    "learning_samples_extension": "samples are parquet files",
    "number_of_chunks": _WINDOWS,
    "chunk_size_mode": _WINDOWS,
    "chunk_size_x": _WINDOWS,
    "chunk_size_y": _WINDOWS,
    "data_mode_access": _WINDOWS,
    "maximum_ram": _MEMORY,
    "maximum_cpu": _MEMORY,
    "builders_paths": "landloom's rules are in `workflow/rules`",
}
"""By the name of either age, wherever it stands."""

SECTIONS = {
    "coregistration": "no `VHRPath`: images are not shifted",
    "Simplification": "the last step is before the vectors",
    "obia": "no objects are classified",
    "scikit_models_parameters": "no `model_type`: a classifier of the Orfeo ToolBox is used",
    "external_features": "no function is named",
    "pretrained_model": "no `model` is named",
    "Sentinel_2": "no path: the sensor is off",
    "Sentinel_2_S2C": "no path: the sensor is off",
    "Sentinel_2_L3A": "no path: the sensor is off",
    "Landsat8": "no path: the sensor is off",
    "Landsat8_old": "no path: the sensor is off",
    "Landsat5_old": "no path: the sensor is off",
    "Landsat8_usgs": "no path: the sensor is off",
    "Landsat8_usgs_optical": "no path: the sensor is off",
    "Landsat8_usgs_thermal": "no path: the sensor is off",
    "Landsat8_usgs_infrared": "no path: the sensor is off",
    "userFeat": "no path: there are no rasters of the user's own",
}
"""Sections of what is off, once all that is on is answered."""
