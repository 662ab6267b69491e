"""The configuration, the plan that follows from it, and what all jobs get from this process. No rules here."""

import functools
import gc
import os
import re
import shlex
import sys
import time
from pathlib import Path

STARTED = time.time()

from landloom.configuration import configuration
from landloom.configuration.listings import Listings
from landloom.configuration.plan import WorkflowPlan
from landloom.configuration.workload import context_workload_of, workload_of
from landloom.provenance import caches
from landloom.core.errors import InputError
from landloom.core.text import printable
from landloom.jobs import kernel_cache, known_work, processes
from landloom.objects import costs as object_costs
from landloom.provenance import code_digests

# A plan is millions of objects that all stay: searching them for garbage again and again takes time for nothing.
gc.freeze()
gc.set_threshold(100_000, 50, 100)

# Kernels are compiled once for each state of the library, and shared by all jobs. Threads of OpenMP that wait for each
# other must not keep cores busy that are not theirs: boosting took 40 times longer beside other jobs.
os.environ.update(
    kernel_cache.environment(code_digests.kernels_digest()),
    NUMBA_THREADING_LAYER="workqueue",
    OMP_WAIT_POLICY="passive",
)
# The command is no parameter: it would make the provenance again whenever it is worded differently.
if workflow.is_main_process:
    os.environ.update(LANDLOOM_COMMAND=shlex.join(["snakemake", *sys.argv[1:]]))
processes.forget_other_copies()
# Jobs end with the process that starts them: this one, or on a cluster that of the job.
processes.announce_workflow()


def checked(function, *arguments):
    """Call a function of the library; end with its message alone where the user can mend the cause."""
    try:
        return function(*arguments)
    except InputError as error:
        print(printable(f"error: {error}"), file=sys.stderr)
        sys.exit(1)


def check_paths():
    """Refuse a module's `prefix`: jobs name products as this workflow does, some of them by their contents alone."""
    if workflow.modifier.modify_path("results", property="output") != "results":
        raise InputError(
            "module: landloom cannot work under a `prefix` or `replace_prefix`; leave it out, and run the workflow "
            "in a --directory of its own"
        )


def parsed_configuration():
    """Return the configuration; jobs of their own process (SLURM) do not check again what was checked once."""
    if not workflow.is_main_process:
        return configuration.parse(config)
    from landloom.configuration import costly_checks, preflight
    from landloom.jobs import folder_locks

    # A run that was killed leaves its lock; that of a run that is still there is Snakemake's to respect.
    note = folder_locks.begin(sys.argv[1:])
    if note:
        print(note, file=sys.stderr)
    checks = code_digests.module_digest("landloom.configuration.vector_checks")
    known_vectors = caches.folder("vectors", checks)
    files = workflow.config_settings.configfiles or workflow.configfiles
    return preflight.load(
        config, known_vectors, files, costly_checks.problems_found_aside
    )


checked(check_paths)
PLAN = checked(WorkflowPlan.of, checked(parsed_configuration))
LISTINGS = Listings(PLAN, shared=workflow.is_main_process)
WORKLOAD = workload_of(PLAN)
CONTEXT_WORKLOAD = context_workload_of(PLAN)
MAPPING = CONTEXT_WORKLOAD if PLAN.context else WORKLOAD


@functools.cache
def code_digest(script):
    """Return the digest of the code behind a script, as far as the configuration uses it."""
    fetched = None if REPOSITORY else workflow.source_path(f"../../scripts/{script}.py")
    return code_digests.code_digest(script, PLAN.members, fetched)


wildcard_constraints:
    year="|".join(PLAN.years),
    tile="|".join(map(re.escape, PLAN.tiles)),
    region="|".join(PLAN.regions),
    run="|".join(PLAN.runs),
    group="|".join(PLAN.sensor_groups) or "none",
