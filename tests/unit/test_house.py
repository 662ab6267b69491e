"""The plan of the house: rooms, floors, faces, sizes, and a test file for each module."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from running import ROOT

LIBRARY = ROOT / "scripts" / "landloom"
FLOORS = (
    *(
        "core",
        "cards",
        "geo",
        "sensors",
        "reading",
        "sar",
        "annual",
        "survey",
        "prepared",
        "timeseries",
        "features",
        "objects",
    ),
    *("reference", "samples", "models", "training_set", "training", "accuracy", "fusion", "maps", "context"),
    *("vector_maps", "checks", "provenance", "jobs", "forecast", "report", "viewer", "serve", "demo"),
    *("configuration", "iota2"),
)
"""Rooms from the ground up: a module imports from its own room and those before it."""

MOST_MODULE_LINES, MOST_FUNCTION_LINES, MOST_ROOM_MODULES = 350, 40, 20
MOST_ROOM_FRACTION = 0.12
"""Of the library's lines, the demo aside, for a folder without its subfolders."""


def modules():
    return {
        ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(LIBRARY.rglob("*.py"))
    }


MODULES = modules()


def imported(path):
    """Return the modules of the library that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
    return {name for name in found if name.split(".")[0] == LIBRARY.name}


def room(module):
    return module.split(".")[1]


def folders():
    return sorted({path.parent for path in MODULES.values()} - {LIBRARY})


def test_every_room_has_its_floor():
    assert {room(name) for name in MODULES if name != "landloom"} == set(FLOORS)


def test_imports_go_down():
    upward = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        for other in imported(path)
        if name != "landloom" and FLOORS.index(room(other)) > FLOORS.index(room(name))
    ]
    assert upward == []


def test_no_module_imports_itself_over_others():
    edges = {name: imported(path) for name, path in MODULES.items()}
    done, circles = set(), []

    def visit(name, way):
        if name in way:
            circles.append(" -> ".join([*way[way.index(name) :], name]))
        elif name not in done:
            for other in sorted(edges.get(name, ())):
                visit(other, [*way, name])
            done.add(name)

    for name in sorted(edges):
        visit(name, [])
    assert circles == []


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("__init__.py")), ids=lambda path: path.parent.name)
def test_faces_of_packages_hold_a_docstring_and_nothing_else(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_every_folder_is_a_package():
    assert [str(folder) for folder in folders() if not (folder / "__init__.py").exists()] == []


def test_sizes():
    lines = {path: len(path.read_text().splitlines()) for path in MODULES.values()}
    assert {str(path): number for path, number in lines.items() if number > MOST_MODULE_LINES} == {}
    rooms = Counter()
    for path, number in lines.items():
        rooms[path.parent] += number
    total = sum(number for folder, number in rooms.items() if "demo" not in folder.parts)
    assert {str(folder): n / total for folder, n in rooms.items() if n / total > MOST_ROOM_FRACTION} == {}
    crowded = Counter(path.parent for path in MODULES.values() if path.name != "__init__.py")
    assert {str(folder): n for folder, n in crowded.items() if n > MOST_ROOM_MODULES} == {}


def code_lines(function):
    """Return how many lines a function has beside docstring, decorators and signature."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_functions_are_short():
    long = [
        f"{path.name}: {node.name} has {code_lines(node)} lines"
        for path in [*MODULES.values(), *(ROOT / "scripts").glob("*.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and code_lines(node) > MOST_FUNCTION_LINES
    ]
    assert long == []


HEAVY = {"numpy", "numba", "rasterio", "pandas", "geopandas", "sklearn", "pyproj", "shapely", "scipy"}


def test_settings_start_light():
    """The Snakefile parses with the configuration alone."""
    names = [name for name in MODULES if name.rpartition(".")[2].endswith("settings")]
    code = f"import sys; sys.path.insert(0, 'scripts'); import {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} & HEAVY == set()


def test_scripts_are_thin():
    """A script is a `main()` that maps what Snakemake gives to a call of the library."""
    for path in (ROOT / "scripts").glob("*.py"):
        functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
        assert "main" in {function.name for function in functions}, path.name


OPENERS = {
    "rasterio": {"open", "MemoryFile"},
    "pyogrio": {"read_dataframe", "read_info", "list_layers", "open_arrow", "read_arrow", "read_bounds"},
    "gpd": {"read_file", "read_parquet", "read_feather"},
    "geopandas": {"read_file", "read_parquet", "read_feather"},
    "": {"DatasetReader", "MemoryFile", "read_dataframe", "read_file"},
}
"""What opens files for GDAL or OGR, by the module that it is called of."""

DOORS = {
    "geo/opening/raster_doors.py": "the door of rasters",
    "geo/ogr_files.py": "asks the door of vector files first",
    "geo/vectors.py": "asks the door of vector files first",
    "geo/geoparquet.py": "read by pyarrow, which opens no other file",
}
"""Modules that open files, and why they may."""


def openings(path):
    """Yield the calls of a module that open a file with GDAL or OGR for reading."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom) and re.search(r"\b(osgeo|fiona)\b", ast.unparse(node)):
            yield ast.unparse(node)
        if isinstance(node, ast.Call):
            module, _, name = ast.unparse(node.func).rpartition(".")
            writes = len(node.args) > 1 and ast.unparse(node.args[1]) == "'w'"
            if name in OPENERS.get(module, ()) and not writes:
                yield ast.unparse(node)


def test_files_are_opened_by_the_doors_alone():
    """What GDAL may open is judged in `geo/opening`: nothing else opens a file for reading."""
    found = [
        f"{path.name}: {call}"
        for path in [*MODULES.values(), *(ROOT / "scripts").glob("*.py")]
        for call in openings(path)
        if not str(path).endswith(tuple(DOORS))
    ]
    assert found == []


TESTED_BY = {
    "maps.class_maps": "maps/values/test_value_maps",
    "maps.kinds": "maps/values/test_value_maps",
    "maps.values.value_styles": "maps/values/test_value_maps",
    "models.regression.estimator_checks": "models/regression/test_estimator",
    "models.regression.estimator_files": "models/regression/test_estimator",
    "models.regression.estimator_fitting": "models/regression/test_estimator",
    "models.regression.forest_files": "models/regression/test_forest",
    "models.regression.forest_fitting": "models/regression/test_forest",
    "models.regression.interface": "models/regression/test_forest",
    "models.regression.naming": "models/regression/test_forest",
    "checks.margins": "checks/test_seams",
    "checks.seam_steps": "checks/test_seams",
    "models.regression.network_files": "models/regression/test_network",
    "models.regression.network_fitting": "models/regression/test_network",
    "models.scikit_learn.regressors": "models/regression/test_estimator",
    "report.values.value_figures": "report/values/test_value_page",
    "reading.virtual_rasters": "reading/test_missing",
    "sensors.file_scaling": "survey/test_value_checks",
    "sensors.stac.connection": "sensors/stac/test_search",
    "annual.files": "annual/test_checks",
    "annual.kernels": "annual/test_mosaic",
    "sensors.annual.codings": "sensors/annual/test_settings",
    "survey.clear_counts": "survey/test_survey",
    "survey.value_sample": "survey/test_value_checks",
    "survey.value_table": "survey/test_value_checks",
    "accuracy.fold_schemes": "accuracy/test_cross_validation",
    "accuracy.fold_scores": "accuracy/test_cross_validation",
    "cards.card": "cards/test_simulator",
    "cards.matrix": "cards/test_simulator",
    "cards.rounding": "cards/test_simulator",
    "checks.evaluation": "checks/test_map_checks",
    "checks.findings": "checks/test_map_checks",
    "configuration.combinations": "configuration/test_configuration",
    "configuration.documentation": "test_repository",
    "configuration.file_checks": "configuration/test_preflight",
    "configuration.file_patterns": "configuration/test_plan",
    "configuration.function_plan": "configuration/test_plan",
    "configuration.layer_plan": "configuration/test_plan",
    "configuration.legend": "configuration/test_plan",
    "configuration.sensor_plan": "configuration/test_plan",
    "configuration.used_members": "configuration/test_plan",
    "core.checksums": "survey/test_source_files",
    "core.errors": "core/test_files",
    "core.memory": "jobs/test_resources",
    "core.stored_values": "core/test_parquet",
    "core.version": "test_repository",
    "features.assembly": "features/functions/test_calls",
    "features.card_formulas": "cards/test_simulator",
    "features.card_layout": "cards/test_simulator",
    "features.card_stack": "cards/test_simulator",
    "features.checks": "features/test_selection",
    "features.feature_map": "features/functions/test_calls",
    "features.functions.rasters": "features/functions/test_calls",
    "features.functions.trial": "features/functions/test_calls",
    "features.functions.window_data": "features/functions/test_calls",
    "features.pipeline": "survey/test_survey",
    "features.sensor_features": "timeseries/test_gap_filling",
    "features.spectral_indices": "features/test_formula_kernels",
    "features.static_rasters.survey": "features/static_rasters/test_features",
    "features.static_rasters.table": "features/static_rasters/test_features",
    "features.vectors": "samples/test_extraction",
    "fusion.belief_masses": "fusion/test_combination",
    "fusion.sensor_beliefs": "fusion/test_sensor_model",
    "geo.geoparquet": "geo/test_vector_files",
    "geo.grids": "geo/test_ownership",
    "geo.ogr_files": "geo/test_vector_files",
    "geo.point_tables": "geo/test_vector_files",
    "geo.region_names": "configuration/test_vector_checks",
    "geo.vectors": "geo/test_ownership",
    "geo.window_shapes": "jobs/test_resources",
    "iota2.__main__": "iota2/test_importing",
    "iota2.answers": "iota2/test_importing",
    "iota2.chain_keys": "iota2/test_importing",
    "iota2.date_keys": "iota2/test_importing",
    "iota2.feature_keys": "iota2/test_importing",
    "iota2.map_keys": "iota2/test_importing",
    "iota2.model_keys": "iota2/test_importing",
    "iota2.places": "iota2/test_importing",
    "iota2.sample_keys": "iota2/test_importing",
    "iota2.sections": "iota2/test_importing",
    "iota2.sensor_keys": "iota2/test_importing",
    "iota2.translation": "iota2/test_importing",
    "iota2.unneeded": "iota2/test_importing",
    "jobs.known_work": "jobs/test_resources",
    "jobs.usage": "jobs/test_costs",
    "jobs.workload": "configuration/test_workload",
    "maps.layers": "maps/test_classification",
    "maps.output_block": "maps/test_classification",
    "maps.styles": "accuracy/test_agreement_map",
    "models.archives": "models/estimators/test_files",
    "models.card_reduced": "cards/test_simulator",
    "models.costs": "jobs/test_resources",
    "models.estimators.checks": "models/estimators/test_files",
    "models.estimators.costs": "jobs/test_resources",
    "models.estimators.fitting": "training/test_fitting",
    "models.estimators.model": "models/estimators/test_files",
    "models.files": "models/test_reduced",
    "models.forest.conversion": "models/forest/test_model",
    "models.forest.costs": "jobs/test_resources",
    "models.forest.files": "models/forest/test_model",
    "models.forest.fitting": "training/test_fitting",
    "models.forest.blocks": "models/forest/test_walk",
    "models.forest.card_walk": "cards/test_simulator",
    "models.forest.list_walk": "models/forest/test_walk",
    "models.forest.nodes": "models/forest/test_model",
    "models.forest.set_walk": "models/forest/test_walk",
    "models.forest.single_walk": "models/forest/test_walk",
    "models.interface": "models/forest/test_model",
    "models.networks.costs": "jobs/test_resources",
    "models.networks.goals": "models/networks/test_fitting",
    "models.networks.members": "models/networks/test_fitting",
    "models.networks.tensors": "models/networks/test_architectures",
    "models.networks.training_loop": "models/networks/test_fitting",
    "models.padded_blocks": "models/estimators/test_files",
    "models.placement": "cards/test_simulator",
    "models.reduction": "models/test_reduced",
    "models.registry": "training/test_fitting",
    "models.scikit_learn.catalogue": "models/scikit_learn/test_classifiers",
    "models.training_data": "training/test_fitting",
    "objects.strip_shapes": "objects/test_segmentation",
    "reading.signing": "reading/test_opening",
    "reading.warping": "reading/test_band_reader",
    "reference.findings": "reference/test_train_test_split",
    "reference.roles": "reference/test_train_test_split",
    "report.areas": "report/test_pictures",
    "report.checks": "report/test_page",
    "report.comparisons": "report/test_page",
    "report.feature_rows": "report/test_page",
    "report.importance_chart": "accuracy/test_permutation_importance",
    "report.overlay": "report/test_pictures",
    "report.placement": "report/test_notices",
    "report.sources": "report/test_page",
    "report.splits": "report/test_page",
    "report.templating": "report/test_page",
    "report.wording": "report/test_pictures",
    "serve.__main__": "serve/test_server",
    "serve.answers": "serve/test_server",
    "viewer.policy": "viewer/test_page",
    "viewer.templating": "viewer/test_page",
    "samples.allocation": "samples/test_selection",
    "samples.augmentation": "training_set/test_sources",
    "samples.checks": "samples/test_csv_files",
    "samples.random_keys": "samples/test_selection",
    "sensors.acquisition": "survey/test_source_files",
    "samples.table_columns": "samples/test_series_table",
    "samples.table_features": "samples/test_series_table",
    "samples.table_observations": "samples/test_series_table",
    "samples.table_units": "samples/test_series_table",
    "sensors.any_sensor": "sensors/test_inventory",
    "sensors.archive_listing": "sensors/test_series",
    "sensors.landsat.bands": "sensors/test_muscate",
    "sensors.landsat.mtl": "sensors/landsat/test_collection2",
    "sensors.landsat.theia": "sensors/test_muscate",
    "sensors.landsat.theia_n2a": "sensors/test_muscate",
    "sensors.product_files": "sensors/sentinel2/test_sen2cor",
    "sensors.registry": "sensors/test_inventory",
    "sensors.sentinel2.bands": "sensors/sentinel2/test_theia",
    "sensors.sentinel2.theia_l3a": "sensors/test_muscate",
    "sensors.variables": "reading/test_containers",
    "sensors.stac.assets": "sensors/stac/test_products",
    "sensors.stac.families": "sensors/stac/test_products",
    "sensors.stac.items": "sensors/stac/test_products",
    "sensors.stac.tiles": "sensors/stac/test_products",
    "sensors.xml": "sensors/sentinel2/test_sen2cor",
    "survey.acquisition_table": "survey/test_survey",
    "survey.integrity": "sensors/landsat/test_collection2",
    "survey.shift_table": "survey/test_coregistration",
    "survey.tile_grids": "survey/test_survey",
    "timeseries.card_filling": "cards/test_simulator",
    "timeseries.linear": "timeseries/test_gap_filling",
    "timeseries.output_dates": "survey/test_survey",
    "training.component_analysis": "models/test_reduced",
    "training.component_groups": "models/test_reduced",
    "training.grid_search": "training/test_fitting",
    "training.reduction": "models/test_reduced",
    "training.registry": "training/test_fitting",
    "maps.cloud_optimized": "maps/test_mosaic",
    "vector_maps.attributes": "vector_maps/test_outputs",
    "vector_maps.cell_pieces": "vector_maps/test_vector_map",
    "vector_maps.pieces": "vector_maps/test_joining",
    "training_set.copies": "training_set/test_sources",
    "training_set.other_years": "training_set/test_sources",
}
"""Modules without a test file of their name, and the file that tests them: beside what uses them. Sections of the
configuration are tested where they are used; the demo by what it makes."""


def needs_a_test(name, path):
    is_section = path.name == "settings.py" or name.endswith("_settings")
    return path.name != "__init__.py" and not is_section and room(name) != "demo"


def own_test(name):
    *folders, module = name.split(".")
    return Path(*folders) / f"test_{module}.py"


def test_every_module_has_a_test_file():
    names = {
        name.partition(".")[2]: path for name, path in MODULES.items() if "." in name and needs_a_test(name, path)
    }
    tests = ROOT / "tests" / "unit"
    own = {
        name for name in names if (tests / f"{'/'.join(name.split('.')[:-1])}/test_{name.split('.')[-1]}.py").exists()
    }
    assert set(names) - own == set(TESTED_BY)
    assert {test for test in TESTED_BY.values() if not (tests / f"{test}.py").exists()} == set()


def test_test_files_lie_in_the_room_of_their_module():
    """A test file that is named after no module tests a subject of its room."""
    for path in (ROOT / "tests" / "unit").rglob("test_*.py"):
        folder = path.parent.relative_to(ROOT / "tests" / "unit")
        assert folder.parts == () or folder.parts[0] == "workflow" or (LIBRARY / folder).is_dir(), path
