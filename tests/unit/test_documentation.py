"""Pages keep what they say: commands are run by tests or say that they are not, sections are valid, links lead on."""

import importlib.util
import re
import shlex

import pytest
import yaml

import pages
import products
from landloom.configuration import configuration
from running import LEAST, ROOT

ALL = pages.pages()
BLOCKS = [block for page in ALL for block in pages.blocks(page)]
LANGUAGES = {"sh", "yaml", "python", "text", "toml", "r", "{toctree}"}


def module_of_the_site(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/site/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RULES = module_of_the_site("rules_page")


def test_code_stands_in_fences_that_name_its_language():
    assert {str(block): block.language for block in BLOCKS if block.language not in LANGUAGES} == {}
    assert {str(page.relative_to(ROOT)): found for page in ALL if (found := pages.indented(page))} == {}


def test_every_command_is_run_by_a_test_or_says_that_it_is_not():
    """Add the test to `RUN_BY` of tests/pages.py, or the comment `# not run by tests` to the page."""
    shown = [(str(block), *one) for block in BLOCKS if block.language == "sh" for one in pages.commands(block)]
    shown += [(str(page.relative_to(ROOT)), one, "") for page in ALL for one in pages.shown_in_text(page)]
    unknown = [
        f"{place}: {command}"
        for place, command, comment in shown
        if pages.MARK not in comment and not any(re.fullmatch(known, command) for known in pages.RUN_BY)
    ]
    assert unknown == []
    idle = [known for known in pages.RUN_BY if not any(re.fullmatch(known, command) for _, command, _ in shown)]
    assert idle == []


@pytest.mark.parametrize("test", sorted({test for test in pages.RUN_BY.values() if test.startswith("tests/")}))
def test_tests_that_run_commands_are_there(test):
    path, _, name = test.partition("::")
    assert (ROOT / path).exists()
    assert not name or f"def {name}(" in (ROOT / path).read_text()


def test_options_of_snakemake_and_files_that_commands_name_exist(monkeypatch):
    from snakemake import cli

    monkeypatch.chdir(ROOT)
    given = [command for block in BLOCKS if block.language == "sh" for command, _ in pages.commands(block)]
    given += [command for page in ALL for command in pages.shown_in_text(page)]
    parser = cli.get_argument_parser()
    for command in sorted({one for one in given if one.startswith("snakemake ")}):
        words = shlex.split(command.partition(";")[0])[1:]
        _, unknown = parser.parse_known_args(words)
        assert unknown == [], command
        for name in re.findall(r"config/examples/\S+", command):
            assert (ROOT / name).exists(), command


OTHERS = {"set-resources"}
"""Keys of profiles."""


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "yaml"], ids=str)
def test_sections_are_valid(block):
    content = yaml.safe_load(block.text)
    if set(content) <= OTHERS:
        return
    least = {key: value for key, value in LEAST.items() if key != "nomenclature" or "target" not in content}
    configuration.parse({**least, **content})


def test_products_that_rules_name_are_on_their_page_and_rules_that_it_names_exist():
    text = "".join(path.read_text() for path in RULES.files())
    assert products.unnamed(text) == []
    assert products.named_rules() <= {name for path in RULES.files() for name in RULES.rules(path)}


FOLDERS = "scripts|tests|workflow|benchmarks|config|docs|envs|profiles"


def test_files_of_the_repository_that_pages_name_exist():
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in ALL
        if page.name != "CHANGELOG.md"
        for name in re.findall(rf"`((?:{FOLDERS})/[\w./-]+)`", page.read_text(encoding="utf-8"))
        if not (ROOT / name).exists() and not re.match(r"benchmarks/(20\d\d|$)", name)
    ]
    assert missing == []


def test_pictures_are_small_and_shown():
    shown = {name for page in ALL for name in re.findall(r"!\[[^]]*\]\(\S*pictures/(\S+)\)", page.read_text())}
    there = {path.name: path.stat().st_size for path in (ROOT / "docs/pictures").iterdir()}
    assert set(there) == shown
    assert {name: size for name, size in there.items() if size > 100_000} == {}


def test_the_comparison_has_the_figures_of_the_benchmark():
    page = (ROOT / "docs/explanation/comparison.md").read_text()
    measured = set(re.findall(r"\*\*(\d+\.\d\d)\*\* \((\S+ to \S+)\)", (ROOT / "benchmarks/results.md").read_text()))
    shown = re.findall(r"(\d+\.\d\d)(?: times as long)? \((\d+\.\d\d to \d+\.\d\d)\)", page)
    assert len(shown) == 13
    assert set(shown) <= measured


def test_the_page_of_rules_is_up_to_date_and_has_every_rule():
    assert RULES.markdown() == RULES.PAGE.read_text(), "run make docs"
    for path in RULES.files():
        assert set(RULES.entries(RULES.docstring(path))) == set(RULES.rules(path)), path.name
