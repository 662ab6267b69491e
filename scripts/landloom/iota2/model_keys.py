"""Keys of iota2 about the classifier: of the Orfeo ToolBox, of scikit-learn, and networks."""

from landloom.iota2 import otb_keys
from landloom.iota2.translation import Given, Translation
from landloom.models.scikit_learn.catalogue import CLASSIFIERS, FORESTS
from landloom.models.scikit_learn.regressors import FORESTS as REGRESSION_FORESTS

_OURS = ("random_state", "n_jobs")

_NETWORKS = {
    "ltaeclassifier": "attention",
    "simpleselfattentionclassifier": "attention",
    "ann": "mlp",
    "mlpclassifier": "mlp",
}
_ANSWERED = (
    "dl_name",
    "dl_module",
    "epochs",
    "weighted_labels",
    "model_selection_criterion",
    "hyperparameters_solver",
)
_CRITERIA = {"loss": "loss", "fscore": "f1", "oa": "oa", "kappa": "kappa"}


def translate(one: Translation) -> None:
    """Answer these keys."""
    _trained_before(one)
    kind = one.take("classifier")
    options = one.take("options") or one.take("otb_classifier_options")
    network = one.take("deep_learning_parameters")
    sklearn = one.take("model_type", "scikit_models_parameters")
    if network and network.value:
        one.unneeded_all((kind, options, sklearn), "a network is used")
        _network(one, network)
    elif sklearn:
        one.unneeded_all((kind, options), "a classifier of scikit-learn is used")
        _sklearn(one, sklearn)
    else:
        otb_keys.translate(one, kind, options)


def _trained_before(one: Translation) -> None:
    """Answer keys of a model of the user's own, which iota2 maps with in place of training one."""
    section = "pretrained_model"
    keys = [one.take(name, section) for name in ("model", "module", "function", "mode")]
    if keys[0]:
        one.missing(
            keys[0],
            "models of other programs are not read; `model: {type: frozen, file: ...}` maps with those that landloom "
            "trained before (docs/reruns.md)",
        )
        one.unneeded_all(keys[1:], "of that model")
        one.unneeded_section(section, "of that model")


def _sklearn(one: Translation, given: Given) -> None:
    section = "scikit_models_parameters"
    key = "regressor" if "target" in one.content else "classifier"
    if key == "classifier" and given.text not in CLASSIFIERS:
        one.missing(given, f"{given.text} is not among the classifiers of `model: {{type: sklearn}}`")
        one.unneeded_section(section, "of that classifier")
        return
    one.put("model.type", "sklearn")
    one.equal(given, f"model.{key}", given.text)
    scaled = one.take("standardization", section)
    if given.text in (*FORESTS, *REGRESSION_FORESTS):
        if scaled:
            one.unneeded(scaled, "thresholds of trees need no scaling")
    elif scaled:
        one.equal(scaled, "model.scale", scaled.value is True)
    else:
        one.default(f"{section}.standardization", "model.scale", False, "as in iota2")
    _search(one, section)
    _parameters(one, section)


def _search(one: Translation, section: str) -> None:
    grid = one.take("cross_validation_parameters", section)
    folds, grouped = (one.take(f"cross_validation_{name}", section) for name in ("folds", "grouped"))
    if grid is None or not grid.value:
        one.unneeded_all((folds, grouped), "no `cross_validation_parameters`")
        return
    one.equal(grid, "model.search.grid", grid.mapping)
    one.default(f"{section} (score)", "model.search.score", "accuracy", "as in iota2")
    if folds:
        one.equal(folds, "model.search.folds", folds.value)
    if grouped and grouped.value is True:
        one.same(grouped, "folds are of whole polygons")
    elif grouped:
        one.told(grouped, "folds are of whole polygons all the same: pixels of a polygon are alike")


def _parameters(one: Translation, section: str) -> None:
    """Take all other keys of the section as parameters of the class."""
    asked = ["model_type", "standardization"]
    asked += [f"cross_validation_{name}" for name in ("parameters", "folds", "grouped")]
    for outer in one.sections:
        if outer.key.lower() != section:
            continue
        for given in outer.inner:
            name = given.entry.name
            if name in _OURS:
                one.unneeded(given, "set by landloom")
            elif name == "keyword_arguments":
                one.equal(given, "model.parameters", {k: v for k, v in given.mapping.items() if k not in _OURS})
            elif name not in asked:
                parameters = one.content["model"].get("parameters", {})
                one.put("model.parameters", parameters | {name: given.value})
                one.same(given, f"`model.parameters.{name}`")


def _network(one: Translation, given: Given) -> None:
    name = one.take_inner(given, "dl_name")
    architecture = _NETWORKS.get(name.text.lower()) if name else None
    if name is None or architecture is None:
        why = "no such network; docs/networks.md has `mlp`, `tempcnn`, `attention`, and classes of one's own"
        one.missing(given, why)
        return
    one.put("model.type", "network")
    one.different(name, "model.architecture", architecture, "of landloom's own making, with its own parameters")
    if module := one.take_inner(given, "dl_module"):
        why = "a class made for iota2 is not run; docs/networks.md says what one for landloom has"
        one.missing(module, why)
    raw = one.content.get("features", {}).get("interpolation", {}).get("method") == "none"
    if raw and architecture != "mlp":
        one.put("model.input", "observations")
    if epochs := one.take_inner(given, "epochs"):
        one.equal(epochs, "model.epochs", epochs.value)
    if "target" in one.content:
        why = "left out: of values the least loss tells the best epoch, without a search (docs/networks.md)"
        for key in ("weighted_labels", "model_selection_criterion", "hyperparameters_solver"):
            if unfit := one.take_inner(given, key):
                one.told(unfit, why)
    else:
        _of_classes(one, given)
    for rest in given.inner:
        if rest.entry.name not in _ANSWERED:
            one.told(rest, "left out: landloom's networks choose it themselves (docs/networks.md)")


def _of_classes(one: Translation, given: Given) -> None:
    """Take how a network of classes is judged and searched for."""
    if weighted := one.take_inner(given, "weighted_labels"):
        one.equal(weighted, "model.class_weights", "full" if weighted.value is True else "none")
    if criterion := one.take_inner(given, "model_selection_criterion"):
        how = "on validation polygons that are taken from those that train, not from those that test"
        one.different(criterion, "model.criterion", _CRITERIA.get(criterion.text.lower(), "loss"), how)
    if solver := one.take_inner(given, "hyperparameters_solver"):
        _solver(one, solver)


def _solver(one: Translation, given: Given) -> None:
    """Take one value as the parameter, several as a grid."""
    names = {"batch_size": "batch", "learning_rate": "learning_rate"}
    grid = {}
    for name, values in given.mapping.items():
        if name not in names:
            continue
        several = values if isinstance(values, list) else [values]
        if len(several) > 1:
            grid[names[name]] = several
        else:
            one.put(f"model.{names[name]}", several[0])
    if grid:
        one.put("model.search.grid", grid)
    one.told(given, "`model.batch`, `model.learning_rate`; several values are a grid, chosen on folds of polygons")
