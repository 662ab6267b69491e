"""What is done before the jobs and after them. No rules here."""

from landloom.jobs import costs, failures, outcome


def check_jobs():
    """End before any job starts where one could not write, or would be taken as outdated by Snakemake's clock."""
    if not workflow.is_main_process:
        return
    if is_planned():
        show_plan()
    from landloom.configuration import preflight
    from landloom.jobs import file_times

    jobs = list(workflow.dag.needrun_jobs())
    outputs = [file for job in jobs for file in job.output]
    checked(preflight.check_writable, {Path(file).parent for file in outputs})
    if not workflow.non_local_exec and any(
        own_name(job.rule) in ("classify", "classify_outside") for job in jobs
    ):
        checked(choice.check_driver, DEVICE)
    inputs = {Path(file) for job in jobs for file in job.input}
    mended = checked(file_times.mend_times, inputs, Path("results"))
    if mended:
        print(mended, file=sys.stderr)
    show_disk([job for job in jobs if own_name(job.rule) == "prepare"])
    begin_progress()


def show_disk(jobs):
    """Print how much disk the prepared images of some jobs take, which is more than all else that is made."""
    if jobs:
        needed_mb = sum(
            WORKLOAD.prepared_mb(job.input, PLAN.sensors.prepared) for job in jobs
        )
        print(
            f"Prepared images of {len(jobs)} tiles and years take about {needed_mb / 1e3:.1f} GB of disk in all.",
            file=sys.stderr,
        )


def show_costs():
    """Print what the jobs of this run cost: those whose logs are younger than the run."""
    RUN_ENDED.set()
    if workflow.is_main_process:
        print(costs.table(costs.collect("logs", STARTED)), end="", file=sys.stderr)


def show_results():
    """Print where the new maps and reports are."""
    if workflow.is_main_process:
        print(outcome.summary(RESULTS, STARTED), end="", file=sys.stderr)


def show_failures():
    """Print what the jobs said that failed: Snakemake showed it when they did, far above."""
    if workflow.is_main_process:
        failed = failures.collect("logs", STARTED)
        print(failures.summary(failed), end="", file=sys.stderr)
