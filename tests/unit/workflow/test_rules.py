"""What the folder of rules promises: which files hold rules, what every rule has, and that none is forgotten."""

import ast
import re

import pytest

from rules import rules_of_workflow
from running import ROOT

FOLDER = ROOT / "workflow"
RULES = rules_of_workflow()
JOBS = [rule for rule in RULES if not rule.is_target]
EVERY = {"output", "log", "benchmark", "conda", "threads", "resources", "params", "message", "script"}
OF_ITS_OWN = {"output", "log", "benchmark", "message"}
"""What a rule that is made from another has of its own."""


def by_name(rule):
    return rule.name


def test_rules_are_in_one_folder_and_functions_in_the_other():
    assert {rule.file.parent.name for rule in RULES} == {"rules"}
    for path in (FOLDER / "rules").glob("*.smk"):
        text = path.read_text()
        assert any(rule.file == path for rule in RULES), path.name
        assert not re.search(r"^ *(def|class|import|from) ", text[text.index('"""', 3) :], re.M), path.name
    for path in (FOLDER / "functions").glob("*.smk"):
        assert "No rules here." in path.read_text(), path.name


def test_every_file_is_included():
    included = set(re.findall(r'include: "(.*)"', (FOLDER / "Snakefile").read_text()))
    assert included == {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.smk")}


def test_every_file_of_rules_says_what_each_rule_is_for():
    for rule in JOBS:
        text = rule.file.read_text()
        summary = text[: text.index('"""', 3)]
        assert re.search(rf"^{rule.name} +\S", summary, re.M), rule.name


@pytest.mark.parametrize("rule", JOBS, ids=by_name)
def test_every_rule_has_all_that_jobs_need(rule):
    needed = OF_ITS_OWN if rule.base else EVERY
    assert needed <= set(rule.directives)
    assert not {"run", "shell"} & set(rule.directives)
    assert "lambda" not in "".join(rule.directives.values())


@pytest.mark.parametrize("rule", JOBS, ids=by_name)
def test_params_hold_the_digest_of_the_code(rule):
    if "params" in rule.directives:
        # A rule that is made from another runs its script, which has that rule's name.
        assert f'code_digest("{rule.base or rule.name}")' in rule.directives["params"]


@pytest.mark.parametrize("rule", [rule for rule in JOBS if not rule.base], ids=by_name)
def test_a_script_has_the_parameters_that_it_asks_for(rule):
    code = (ROOT / f"scripts/{rule.name}.py").read_text()
    asked = set(re.findall(r"snakemake\.params\.(\w+)", code)) - {"get", "items", "keys"}
    assert not {name for name in asked if not re.search(rf"\b{name}=", rule.directives["params"])}


@pytest.mark.parametrize("rule", JOBS, ids=by_name)
def test_log_and_benchmark_share_their_name(rule):
    log, benchmark = (re.search(r'"(.*)"', rule.directives[part])[1] for part in ("log", "benchmark"))
    assert benchmark == log.replace("logs/", "benchmarks/", 1).replace(".log", ".tsv")


def test_every_script_has_a_rule_of_its_name():
    scripts = {path.stem for path in (ROOT / "scripts").glob("*.py")}
    assert scripts == {rule.name for rule in JOBS if not rule.base}


def test_the_provenance_leaves_out_rules_that_there_are():
    """It records what every other rule makes: a new rule needs no entry anywhere."""
    text = (FOLDER / "functions/provenance_inputs.smk").read_text()
    listed = next(
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NO_PRODUCTS_OF_A_YEAR"
    )
    names = {one.value for one in ast.walk(listed) if isinstance(one, ast.Constant)}
    assert len(names) > 10
    assert names < {rule.name for rule in JOBS}
