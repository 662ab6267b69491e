"""Products beside the records of their jobs, before a run and after it. No rules here."""

from landloom.provenance import job_records

RESULTS = Path(job_records.RESULTS)


def is_output(path):
    """Return whether a rule makes a file of this name."""
    return any(
        pattern.match(path) for rule in workflow.rules for pattern in rule.output
    )


def compare_records():
    """Let Snakemake make again what is not as it was made, whatever it remembers itself; say what that is.

    Return the products that jobs have made and that are not there any more.
    """
    if not (workflow.is_main_process and RESULTS.is_dir()):
        return []
    from landloom.jobs import snakemake_memory, stale_products

    found = stale_products.compare(job_records.read_all(RESULTS), RESULTS, is_output)
    snakemake_memory.bring_in_line(found)
    note = stale_products.message(found)
    if note:
        print(printable(note), file=sys.stderr)
    return found.gone


def see_new_products():
    """Remember what the jobs of this run have made, so that the next start reads none of it."""
    if workflow.is_main_process:
        from landloom.jobs import stale_products

        new = job_records.read_new(RESULTS, STARTED)
        stale_products.see_new(new, RESULTS)
