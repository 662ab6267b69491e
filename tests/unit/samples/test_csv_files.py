import pytest

from landloom.core.errors import InputError
from landloom.samples.checks import problems
from landloom.samples.csv_files import Copy, read_copies, read_numbers
from landloom.samples.settings import SampleSettings

CODES = {"maize": 3, "wheat": 7}
REGIONS = ["sud-est", "nord"]


@pytest.fixture
def write(tmp_path):
    def written(text, name="n.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return written


def test_numbers_by_class(write):
    assert read_numbers(write("\ufeffnumber,label\n5, maize\n0,wheat\n"), CODES) == {3: 5, 7: 0}


def test_copies_go_by_names_of_regions(write):
    path = write("source,destination,label,number\nNord,Sud Est,maize,-1\nsud-est,nord,wheat,20\n")
    assert read_copies(path, CODES, REGIONS) == [Copy(2, 1, 3, -1), Copy(1, 2, 7, 20)]


def test_every_faulty_line_of_numbers(write):
    path = write("label,number\nmaize,5\nrye,5\nwheat,-1\nmaize,6\nwheat,1e3\n")
    with pytest.raises(InputError) as caught:
        read_numbers(path, CODES)
    told = str(caught.value)
    assert told.startswith(f"{path}: ")
    assert [part.split(":")[0] for part in told.removeprefix(f"{path}: ").split("; ")] == [
        "line 3", "line 4", "line 5", "line 6",
    ]  # fmt: skip
    assert "`rye` is not in the nomenclature" in told
    assert "maize is given twice" in told


def test_every_faulty_line_of_copies(write):
    lines = ["west,nord,maize,5", "nord,Nord,maize,5", "nord,sud-est,rye,x", "nord,sud-est,maize,1"]
    path = write("\n".join(["source,destination,label,number", *lines, lines[-1], ""]))
    with pytest.raises(InputError) as caught:
        read_copies(path, CODES, REGIONS)
    told = str(caught.value)
    for part in (
        "line 2: region `west` is not among ['sud-est', 'nord']",
        "line 3: source and destination are the same region",
        "line 4: label `rye` is not in the nomenclature; line 4: number 'x' is not a whole number, 0 or more, or -1",
        "line 6: source, destination and label are given twice",
    ):
        assert part in told
    assert "line 5" not in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("label:number\nmaize:5\n", "has the columns"),
        ("label,number\n", "has no line after its header"),
        ("", "has the columns"),
        ("label,number\nmaize\n", "line 2: does not have 2 values"),
        ("label,number\nmaize,5,6\n", "line 2: does not have 2 values"),
        ('label,number\n"maize,5\n', "cannot be read"),
    ],
)
def test_files_of_another_kind(write, text, message):
    with pytest.raises(InputError, match=message):
        read_numbers(write(text), CODES)


def test_what_is_wrong_with_the_section(write, tmp_path):
    settings = SampleSettings(
        strategy="per_class",
        numbers=str(tmp_path / "none.csv"),
        regions={"Nord": {"strategy": "per_class", "numbers": write("label,number\nrye,5\n")}, "west": {}},
        copies=write("source,destination,label,number\nnord,ouest,maize,5\n", "c.csv"),
        augmentation={"method": "smote", "amount": "balance", "regions": ["east"]},
        annual={"labels": ["rye", "maize"], "year": 2016},
        from_map={"labels": ["wheat", "oats"], "year": 2015},
    )
    settings = settings.model_copy(update={"years": [2018, 2014]})
    found = problems(settings, REGIONS, {2017, 2018}, CODES)
    told = dict(line.split(": ", 1) for line in found)
    keys = [
        "regions",
        "augmentation.regions",
        "annual.year",
        "from_map.year",
        "years",
        "annual.labels",
        "from_map.labels",
    ]
    assert list(told) == [f"samples.{key}" for key in (*keys, "numbers", "regions.Nord.numbers", "copies")]
    assert "`west` are not regions" in told["samples.regions"]
    assert "`rye`" in told["samples.annual.labels"]
    assert problems(SampleSettings(), ["all"], {2018}, CODES) == []


def test_a_region_takes_over_what_it_does_not_say():
    settings = SampleSettings(
        strategy="total",
        number=100,
        minimum_valid_observations=4,
        regions={
            "A": {"minimum_valid_observations": 2},
            "B": {"strategy": "percent", "percent": 5, "sampler": "periodic"},
        },
    )
    found = settings.by_region(["a", "b", "c"])
    shown = {
        slug: (one.strategy, one.number, one.sampler, one.minimum_valid_observations) for slug, one in found.items()
    }
    assert shown == {
        "a": ("total", 100, "random", 2),
        "b": ("percent", None, "periodic", 4),
        "c": ("total", 100, "random", 4),
    }
    assert found["b"].percent == 5


def test_years_that_train():
    everything = (2016, 2017, 2018)
    cases = {None: [2017], "all": [2016, 2017, 2018], (2018, 2016): [2016, 2018], (2017,): [2017]}
    for given, expected in cases.items():
        settings = SampleSettings(years=list(given) if isinstance(given, tuple) else given)
        assert settings.training_years(2017, everything) == expected
        assert settings.source_years(2017, everything) == [year for year in expected if year != 2017]
    assert SampleSettings(years=[2017]).of_model("all", ["all"], 2017, everything) == {}
    both = SampleSettings(years="all", annual={"labels": [1], "year": 2016}).of_model(
        "all", ["all"], 2017, everything
    )
    assert (both["years"], both["source_years"]) == ([2016, 2017, 2018], [2016, 2018])
