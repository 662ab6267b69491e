"""What the report shows beside what all configurations have. No rules here."""

from landloom.report.templating import templates_digest


def comparison_tables():
    """Return the tables that some configurations have, by their names in the report."""
    tables = {}
    if not PLAN.frozen:
        tables["folds"] = rules.sample_quality.output.scores
        tables["suspected"] = rules.sample_quality.output.suspected
        if PLAN.objects:
            tables["objects"] = rules.object_candidates.output.polygons
            tables["object_scores"] = rules.accuracy_objects.output.scores
    if PLAN.objects:
        tables["object_counts"] = of_tiles(rules.object_sums.output.counts)
    if PLAN.importance:
        tables["importance"] = rules.sample_quality.output.importance
    if PLAN.compares_boundaries:
        tables["boundary_scores"] = rules.accuracy_boundary.output.scores
        tables["boundary_steps"] = rules.accuracy_boundary.output.steps
    if PLAN.fusion:
        tables["fusion"] = rules.accuracy_fusion.output.scores
    if PLAN.files.context_steps:
        tables["iterations"] = iterations_of_first_run
    of_level = {"classes": "vectors", "groups": "vector_groups"}
    if PLAN.vectors:
        tables["vector_scores"] = rules.accuracy_vectors.output.scores
    for level in PLAN.vector_levels:
        tables[of_level[level]] = f"{VECTORS}/vectors/{level}.csv"
    return tables


def iterations_of_first_run(wildcards):
    """Return what each iteration of auto-context came to, of each region."""
    return of_models(PLAN.files.context_steps, wildcards.year, PLAN.runs[:1])
