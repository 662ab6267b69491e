"""Kinds of maps: of classes, or of the values of a target.

A kind is a module with

``read_legend(source)``
    what its maps show: a nomenclature from its file, or a target from its section of the configuration;
``codes_of(legend) -> ndarray``
    the columns of what models say of a pixel, int32, ascending: codes of classes, or :data:`COLUMNS` of a value;
``check_models(models, legend)``
    raises InputError where models, by region, are of another kind or legend;
``open_run(files, run, grid, legend)``
    the map of a run while it is made (:class:`landloom.maps.run_map.RunMap`);
``open_fused(files, fusion, grid, legend)``
    a map that runs are fused into (:class:`landloom.maps.fused_runs.FusedMap`);
``LAYERS``, ``FUSED_LAYERS``
    the layers of a run, and the names of those of a fused map;
``use_kernels()``
    calls its compiled code once.
"""

from landloom.core.registry import Registry

KINDS = Registry({"classes": "landloom.maps.class_maps", "values": "landloom.maps.values.value_maps"})
