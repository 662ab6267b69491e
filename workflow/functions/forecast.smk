"""What a run will cost before it starts, and how long it will still take while it works. No rules here."""

import threading

RUN_ENDED = threading.Event()
"""Set when the last job has ended."""


HAS_PLAN = workflow.modifier.is_main_snakefile()
"""Whether there is a target `plan`: not where another workflow has this one as a module. Its hooks need not be ours,
and without them all jobs would start."""


def is_planned():
    """Return whether costs are asked for, and no job is to start."""
    return HAS_PLAN and "plan" in workflow.dag_settings.targets


def planned_products(wildcards):
    """Return what is planned: everything, unless other targets are named beside `plan`."""
    if workflow.execution_settings.no_hooks:
        raise InputError(
            "--no-hooks: the target `plan` is answered by a hook, without which all jobs would start; leave the "
            "option out"
        )
    others = set(workflow.dag_settings.targets) - {"plan"}
    return [] if others else wanted_products()


def run_limits():
    """Return what the jobs of this run share."""
    from landloom.forecast.schedule import Limits

    given = workflow.scheduler.global_resources
    if workflow.non_local_exec:
        return Limits(jobs=given["_nodes"])
    return Limits(given["_cores"], given.get("mem_mb", float("inf")))


def expected_jobs(jobs):
    """Return jobs as they are expected to be, without what only names others."""
    from landloom.forecast.expected import ExpectedJob

    position = {job: number for number, job in enumerate(jobs)}
    return [
        ExpectedJob(
            own_name(job.rule),
            job.threads,
            job.resources.get("mem_mb", 0),
            expected_seconds(job),
            tuple(
                position[one]
                for one in workflow.dag.dependencies[job]
                if one in position
            ),
            disk_of(job),
        )
        for job in jobs
    ]


def expected_seconds(job):
    """Return the time of a core that a job is expected to take."""
    from landloom.forecast import expected

    asked = functools.partial(minutes_asked, job)
    tile, year = job.wildcards.get("tile"), job.wildcards.get("year")
    part = 1.0
    if tile and not is_surveyed(year, tile) and own_name(job.rule) != "acquisitions":
        # It asks as for a full tile; a survey knows better.
        part = pixels_of(year, tile) / known_work.FULL_TILE_PX
    return expected.core_seconds(own_name(job.rule), asked, part)


def minutes_asked(job, threads):
    """Return the minutes that a job asks for on its first attempt, if it has so many threads."""
    asked, _ = job.rule.apply_input_function(
        job.rule.resources["runtime"].evaluate,
        job.wildcards,
        input=job.input,
        attempt=1,
        threads=threads,
        raw_exceptions=True,
        rulename=job.rule.name,
        async_run=workflow.async_run,
    )
    return asked.value


def disk_of(job):
    """Return the disk that the rasters of a job take, in MB."""
    from landloom.forecast import disk

    if own_name(job.rule) == "prepare":
        return WORKLOAD.prepared_mb(job.input, PLAN.sensors.prepared)
    if not any(path.endswith(".tif") for path in job.output):
        return 0.0
    tile, year = job.wildcards.get("tile"), job.wildcards.get("year")
    if tile:
        pixels = pixels_of(year, tile)
    else:
        pixels = disk.OWNED * full_tiles(year) * known_work.FULL_TILE_PX
    return disk.megabytes(job.output, pixels, WORKLOAD.classes, known_work.FEATURES)


def run_jobs():
    """Return the jobs of this run that work: not those that only name the products of others."""
    return [job for job in workflow.dag.needrun_jobs() if job.rule.script]


def show_plan():
    """Print what the jobs would cost, and end: this is what the target `plan` is for."""
    from landloom.forecast import plan_table

    jobs = run_jobs()
    done = sum(1 for job in workflow.dag.jobs if job.rule.script) - len(jobs)
    print(
        plan_table.text(expected_jobs(jobs), run_limits(), done, plan_notes()), end=""
    )
    sys.stdout.flush()
    sys.exit(0)


def plan_notes():
    """Return what the estimates do not know yet."""
    pairs = [(year, tile) for year in selected_years() for tile in PLAN.tiles]
    unknown = [(year, tile) for year, tile in pairs if not is_surveyed(year, tile)]
    notes = [
        "Disk is that of rasters, which compress more or less well; kernels are compiled once on a machine, which takes "
        "some minutes more."
    ]
    if unknown:
        notes.append(
            f"Of {len(unknown)} of {len(pairs)} tiles and years nothing is known before their survey: each is taken for "
            f"{usual_pixels() / 1e6:,.2f} million pixels (a full tile of Sentinel-2 has 120.56) with a year of images. "
            "Better figures: the target `surveys` first, then this again."
        )
    return notes


def begin_progress():
    """Tell now and then, in a thread of its own, how far this run is; Snakemake's own lines go on beside it."""
    from landloom.forecast import time_left
    from snakemake.logging import logger

    jobs = run_jobs()
    if not jobs or not workflow.scheduler.print_progress:
        return
    run = time_left.TimeLeft(expected_jobs(jobs), run_limits())
    position = {job: number for number, job in enumerate(jobs)}

    def look():
        running = {
            position[one]
            for job in workflow.scheduler.running.copy()
            for one in (job.jobs if job.is_group() else [job])
            if one in position
        }
        finished = {
            number for job, number in position.items() if workflow.dag.finished(job)
        }
        return running - finished, finished

    threading.Thread(
        target=time_left.watch,
        args=(run, look, logger.info, time.monotonic, RUN_ENDED),
        daemon=True,
    ).start()
