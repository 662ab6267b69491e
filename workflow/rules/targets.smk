"""What a user may ask for by name: products of the selected tiles and years."""


localrules:
    all,
    surveys,
    maps,
    reports,
    models,


rule surveys:
    input:
        wanted_surveys(),


rule maps:
    input:
        wanted_maps(),


rule reports:
    input:
        expand(
            "results/{year}/{page}.html",
            year=selected_years(),
            page=["report", "map"],
        ),


rule models:
    input:
        [of_models(PLAN.files.model, year, PLAN.runs) for year in selected_years()],


if HAS_PLAN:

    localrules:
        plan,

    rule plan:
        input:
            planned_products,
