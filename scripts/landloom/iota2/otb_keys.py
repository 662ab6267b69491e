"""Classifiers of the Orfeo ToolBox, by iota2's names, and their options as landloom has them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from landloom.core.text import shortened
from landloom.iota2.translation import Given, Translation

DEFAULT_OPTIONS = " -classifier.rf.min 5 -classifier.rf.max 25 "
"""Those of iota2 for `rf`, where its file has none."""

_OPTIONS = "argTrain.options"


@dataclass(frozen=True)
class Kind:
    """What a classifier of the Orfeo ToolBox is here.

    Attributes
    ----------
    name : str
        Class of scikit-learn.
    names : dict of str: str
        Key, or parameter of the class, by option.
    own : dict of str: value
        Defaults of the Orfeo ToolBox that are not those of the key or parameter.
    dropped : dict of str: str
        Why there is no such key, by option.
    how : str
        In what it differs from that of the Orfeo ToolBox.
    """

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    how: str = "that of scikit-learn"


_FORESTS = {
    "rf": Kind(
        "RandomForestClassifier",
        {"max": "max_depth", "nbtrees": "trees", "var": "max_features", "min": "min_samples_split"},
        {"max_depth": 5, "min_samples_split": 10},
        {
            "acc": "all trees are grown",
            "ra": "of regression",
            "cat": "features are numbers",
        },
    ),
    "sharkrf": Kind(
        "RandomForestClassifier",
        {"nbtrees": "trees", "mtry": "max_features", "nodesize": "min_samples_split"},
        {"min_samples_split": 25, "max_depth": 1000},
        {"oobr": "each tree sees as many samples as there are, drawn with replacement"},
    ),
}
_KERNEL = {"k": "kernel", "c": "C", "gamma": "gamma", "coef0": "coef0", "degree": "degree", "nu": "nu"}
_NOT_PRUNED = "the tree is not pruned"
_BY_ADAM = "networks are trained by Adam, up to `max_iter`"
_OTHERS = {
    "libsvm": Kind(
        "SVC",
        _KERNEL,
        {"kernel": "linear", "gamma": 1.0},
        {"opt": "`model.search` chooses parameters", "prob": "the confidence is always made"},
    ),
    "svm": Kind("SVC", _KERNEL, {"kernel": "linear", "gamma": 1.0, "degree": 1}),
    "boost": Kind(
        "AdaBoostClassifier",
        {"w": "n_estimators"},
        {"n_estimators": 100},
        {"t": "it is the discrete kind (SAMME)", "r": "no samples are left out", "m": "each tree has one split"},
    ),
    "dt": Kind(
        "DecisionTreeClassifier",
        {"max": "max_depth", "min": "min_samples_split"},
        {"max_depth": 10, "min_samples_split": 10},
        {
            "ra": "of regression",
            "cat": "features are numbers",
            "f": _NOT_PRUNED,
            "r": _NOT_PRUNED,
            "t": _NOT_PRUNED,
        },
    ),
    "ann": Kind(
        "MLPClassifier",
        {"sizes": "hidden_layer_sizes", "f": "activation", "iter": "max_iter"},
        {"activation": "tanh", "max_iter": 1000},
        dict.fromkeys(("t", "a", "b", "bpdw", "bpms", "rdw", "rdwm", "term", "eps"), _BY_ADAM),
    ),
    **dict.fromkeys(
        ("bayes", "normalbayes"),
        Kind(
            "GaussianNB",
            how="features are independent there, where the Orfeo ToolBox has covariances, as "
            "QuadraticDiscriminantAnalysis, which needs more samples of each class than there are features",
        ),
    ),
    "knn": Kind("KNeighborsClassifier", {"k": "n_neighbors"}, {"n_neighbors": 32}, {"rule": "of regression"}),
}
_WORDS = {
    "kernel": {name: name for name in ("linear", "rbf", "poly", "sigmoid")},
    "activation": {"ident": "identity", "sig": "tanh"},
}
"""What values of options are here, of parameters that are words."""


def translate(one: Translation, kind: Given | None, options: Given | None) -> None:
    """Answer the classifier and its options; without a classifier, it is iota2's random forest."""
    name = kind.text.lower() if kind else "rf"
    values = parsed_options(options.value if options else DEFAULT_OPTIONS if name == "rf" else "")
    own = {key.split(".")[-1]: number for key, number in values.items() if key.startswith(f"classifier.{name}.")}
    foreign = [f"`{key}` is of another classifier" for key in values if not key.startswith(f"classifier.{name}.")]
    if name in _FORESTS:
        if kind:
            one.different(kind, "model.type", "random_forest", "scikit-learn's, whose trees vote by shares of leaves")
        _forest(one, _FORESTS[name], own, options, foreign)
    elif name in _OTHERS and kind:
        one.put("model.type", "sklearn")
        _other(one, name, kind, own, options, foreign)
    elif kind:
        one.missing(kind, f"no classifier `{kind.text}`; those of scikit-learn are `model: {{type: sklearn}}`")
        if options:
            one.unneeded(options, "of that classifier")


def parsed_options(value: Any) -> dict[str, str]:
    """Return options by their names, as ``classifier.rf.min``: of text for a command line, or of a mapping."""
    if isinstance(value, Mapping):
        return {
            str(name): " ".join(map(str, number)) if isinstance(number, list) else str(number)
            for name, number in value.items()
        }
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for word in str(value).split():
        if re.match(r"-[A-Za-z]", word):
            words = found.setdefault(word[1:], [])
        else:
            words.append(word)
    return {name: " ".join(several) for name, several in found.items()}


def _forest(
    one: Translation, kind: Kind, values: Mapping[str, str], options: Given | None, foreign: list[str]
) -> None:
    kept = {kind.names[name]: _number(number) for name, number in values.items() if name in kind.names}
    if kept.get("max_features") == 0:
        kept["max_features"] = "sqrt"
    if "min_samples_split" in kept and isinstance(kept["min_samples_split"], int):
        kept["min_samples_split"] = max(2, kept["min_samples_split"])
    for name, number in kept.items():
        one.put(f"model.{name}", number)
    if options:
        shown = ", ".join(f"{name}: {number}" for name, number in kept.items())
        one.told(options, "; ".join([f"`model: {{{shown}}}`", *_left_out(kind, values), *foreign]))
    elif kept:
        one.put("model", {"type": "random_forest"} | one.content.get("model", {}))
        for name, number in kept.items():
            one.default(_OPTIONS, f"model.{name}", number, "as in iota2")
    for name, number in kind.own.items():
        if name not in kept:
            has_none = name not in kind.names.values()
            why = "the Orfeo ToolBox limits no depth here" if has_none else "as in the Orfeo ToolBox"
            one.default(_OPTIONS, f"model.{name}", number, why)


def _left_out(kind: Kind, values: Mapping[str, str]) -> list[str]:
    """Return why options are left out."""
    known = [f"`{name}` is left out: {why}" for name, why in kind.dropped.items() if name in values]
    return known + [f"`{name}` is not known" for name in values if name not in {*kind.names, *kind.dropped}]


def _number(text: str) -> int | float | str:
    """Return the number that text is; else the text."""
    if re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d*\.?\d+(e-?\d+)?", text) else text


def _other(
    one: Translation,
    name: str,
    kind: Given,
    values: Mapping[str, str],
    options: Given | None,
    foreign: list[str],
) -> None:
    """Translate a classifier that is a class of scikit-learn, and its parameters."""
    here = _OTHERS[name]
    form = values.get("m", "csvc") if name in ("libsvm", "svm") else ""
    if form not in ("", "csvc", "nusvc"):
        one.missing(kind, f"no classes can be told by the model `{shortened(form)}` of `{kind.text}`")
        one.unneeded_all([options], "of that classifier")
        return
    one.different(kind, "model.classifier", "NuSVC" if form == "nusvc" else here.name, here.how)
    unused = {"nusvc": "c", "csvc": "nu"}.get(form)
    rest = {option: text for option, text in values.items() if option not in ("m" if form else None, unused)}
    parameters, odd = _parameters(here, rest)
    if parameters:
        one.put("model.parameters", parameters)
    if options and odd:
        one.missing(options, "; ".join([*odd, *foreign]))
    elif options:
        shown = ", ".join(f"{parameter}: {value}" for parameter, value in parameters.items())
        left_out = [*[f"`{unused}` is of the other model"] * (unused in values), *_left_out(here, rest), *foreign]
        one.told(options, "; ".join([f"`model.parameters: {{{shown}}}`", *left_out]))
    for parameter, value in here.own.items():
        is_used = parameter == "kernel" or "kernel" not in here.own or parameters.get("kernel", "linear") != "linear"
        if parameter not in parameters and is_used:
            one.default(_OPTIONS, f"model.parameters.{parameter}", value, "as in the Orfeo ToolBox")


def _parameters(kind: Kind, values: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return the parameters of the class, and what is to be said of values that it does not have."""
    found: dict[str, Any] = {}
    odd = []
    for option, text in values.items():
        parameter = kind.names.get(option)
        if parameter is None:
            continue
        words = _WORDS.get(parameter)
        if words and text not in words:
            odd.append(f"`{option}` may be {', '.join(words)}, not `{shortened(text)}`")
        elif parameter == "hidden_layer_sizes":
            found[parameter] = [_number(size) for size in text.split()]
        else:
            found[parameter] = words[text] if words else _number(text)
    return found, odd
