"""The page tells the numbers that its inputs hold, escapes what users wrote, and stands alone."""

import csv
import datetime
import json
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely.geometry import box

from landloom.accuracy import class_counts, clusters, confusion
from landloom.accuracy.class_counts import TileCounts
from landloom.accuracy.clusters import Estimate
from landloom.checks import evaluation
from landloom.checks.findings import Finding
from landloom.checks.settings import SanitySettings
from landloom.core import nomenclature
from landloom.features.static_rasters import table as static_raster_tables
from landloom.features.static_rasters.table import Found
from landloom.geo import grids, ownership, vectors
from landloom.jobs.usage import Usage
from landloom.maps import map_grid
from landloom.reading import counted_values
from landloom.reading.counted_values import ValueCount
from landloom.reference.settings import ReferenceSettings
from landloom.report import comparisons, page, sources, splits
from landloom.report.sources import UNITS, Edition, TileFiles, YearFiles
from landloom.report.wording import DASH
from landloom.survey import acquisition_table, shift_table
from landloom.survey.acquisition_table import AcquisitionRecord

SIDE = 60
VOID = {"meta", "img", "link", "br", "hr", "input", "image", "path"}
COLORS = ["#e8d174", "#3f9b3a", "#2f6fd0", "#d1316d"]
REFERENCE = {"file": "r.gpkg", "field": "code"}
CONFIGURATION = {"title": "Cover", "runs": 2, "reference": REFERENCE}
LESS = {"samples_per_class": 100}
TAGS = {"LANDLOOM_VERSION": "0.1.0", "LANDLOOM_CODE": "c0de", "LANDLOOM_CONFIGURATION": "c0f1"}


@dataclass(frozen=True)
class Story:
    """What the made-up year is about."""

    names: tuple[str, ...] = ("wheat", "forest", "water")
    tiles: tuple[str, ...] = ("T30AAA", "T30AAB")
    runs: int = 2
    untested: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    unclassified: int = 12
    lacking: int = 1
    findings: tuple[dict, ...] = ()
    compared: bool = False
    checks: tuple[Finding, ...] = (Finding("seams", "0", "T30AAA and T30AAB", 0.1, "500 pixels"),)
    usages: tuple[Usage, ...] = (
        Usage("classify", 100.0, 3700.0, 900, 2000, 1500.0),
        Usage("classify", 50.0, 40.0, 1100, 2000, 500.0),
        Usage("train", 4.0, 3.0, 200, 4000, 1.0),
    )
    records: tuple[AcquisitionRecord, ...] = (
        AcquisitionRecord("s2", datetime.date(2018, 2, 3), "first", "", 0.25),
        AcquisitionRecord("s2", datetime.date(2018, 7, 9), "second", "", 0.95),
    )


def make_year(folder, story):
    """Write all files that a report is made of."""
    make_nomenclature(folder / "classes.csv", story)
    tile_grids = {
        tile: grids.Grid("EPSG:32630", 500000.0 + 400 * place, 4800000.0, 10.0, 10.0, SIDE, SIDE)
        for place, tile in enumerate(story.tiles)
    }
    codes = nomenclature.read(folder / "classes.csv").codes
    tiles = [make_tile(folder / tile, tile, grid, codes, story) for tile, grid in tile_grids.items()]
    make_territory(folder / "territory.gpkg", tile_grids)
    (folder / "dates.json").write_text(json.dumps({"s2": ["2018-02-03", "2018-02-13", "2018-02-23"]}))
    (folder / "findings.json").write_text(json.dumps(list(story.findings)))
    make_samples(folder / "samples.csv", codes, story)
    make_maps(folder, tile_grids, codes)
    return YearFiles(
        tiles,
        folder / "classes.csv",
        folder / "territory.gpkg",
        folder / "dates.json",
        folder / "findings.json",
        folder / "samples.csv",
        make_accuracy(folder, nomenclature.read(folder / "classes.csv"), story),
        folder / "scores.csv",
        folder / "summary.csv",
        folder / "classification.tif",
        folder / "confidence.tif",
        folder / "validity.tif",
        make_checks(folder / "sanity.csv", story),
        make_comparisons(folder, codes) if story.compared else {},
        make_logs(folder / "logs", story),
        make_confidences(folder / "confidences.csv"),
    )


def make_confidences(path):
    """Counts of 270 test pixels, the wrong ones at 40 to 69 percent."""
    percents = np.arange(101)
    right, wrong = 12 * (percents > 80), (percents >= 40) & (percents < 70)
    pd.DataFrame({"confidence": percents, "right": right, "wrong": wrong.astype(int)}).to_csv(path, index=False)
    return path


def make_checks(path, story):
    path.write_text(evaluation.as_csv([evaluation.evaluate(one, SanitySettings()) for one in story.checks]))
    return path


def make_comparisons(folder, codes):
    """Tables of folds, suspicious polygons, importance, a fused map and boundary fusion."""

    def scores(right, **names):
        matrix = pd.DataFrame(np.eye(len(codes), dtype=int) * right + (100 - right), codes, codes)
        return confusion.run_scores(comparison_of(matrix), codes, 0, "pixels").assign(**names)

    def less(score, value, **names):
        """A difference to another row of the table."""
        row = confusion.score_rows({(0, score): Estimate(value, 0.01, value - 0.02, value + 0.02, 30)})
        return row.assign(**({"run": 0} | names))

    tables = {
        "folds": pd.concat(
            [
                *(scores(right, scheme=scheme, sensors="all") for right, scheme in ((99, "pixels"), (70, "blocks"))),
                *(scores(right, scheme="polygons", sensors=name) for right, name in ((90, "all"), (80, "radar"))),
                less("difference_to_pixels", -0.09, scheme="polygons", sensors="all"),
                pd.DataFrame({"score": ["untested"], "value": 30.4, "code": 0}).assign(
                    run=0, scheme="polygons", sensors="all"
                ),
                less("difference_to_pixels", -0.19, scheme="polygons", sensors="radar"),
                less("difference_to_all", -0.1, scheme="polygons", sensors="radar"),
            ]
        ),
        "suspected": pd.DataFrame(
            {"run": [0, 1, 0], "region": "north", "polygon": [8, 8, 9], "code": codes[0], "samples": 40}
            | {"suspected_fraction": [0.75, 0.5, 1.0], "predicted": codes[1], "confidence": 0.875}
        ),
        "fusion": pd.concat(
            [
                *(
                    scores(right, map=name).assign(unit=unit)
                    for right, name in ((80, "run0"), (95, "fusion"))
                    for unit in UNITS
                ),
                less("difference_to_fusion", -0.15, map="run0", unit="pixels"),
            ]
        ),
        "vectors": pd.DataFrame(
            {"code": codes[:2], "polygons": [1200, 3], "hectares": [50.5, 0.25], "largest_hectares": [7.5, 0.125]}
        ),
        "vector_scores": pd.concat(
            [
                *(scores(right, map=name) for right, name in ((80, "map"), (85, "regularised"))),
                less("difference_to_map", 0.05, map="regularised"),
            ]
        ),
        "object_scores": pd.concat(
            [scores(right).assign(unit=unit) for right, unit in ((70, "objects"), (90, "object_pixels"))]
        ),
        "object_counts": pd.DataFrame({"objects": [9], "pixels": [400], "pixels_in_objects": [300]}),
        "importance": pd.DataFrame(
            {"scope": ["map", "map", "map", "region"], "region": ["", "", "", "west"]}
            | {"by": ["sensor", "sensor", "date", "sensor"], "sensor": ["s2", "altitude", "s2", "s2"]}
            | {"group": ["s2", "altitude", "2018-02-03", "s2"], "importance": [0.12, 0.25, 0.05, 0.4]}
            | {"deviation_of_shuffles": 0.005, "accuracy": 0.9, "pixels": 1000}
        ),
        "boundary_scores": pd.DataFrame(
            {"run": 0, "place": ["map", "map"], "map": ["fused", "separate"], "tested": 10}
            | {"overall_accuracy": [0.9, 0.8], "kappa": 0.5, "interval_low": 0.7, "interval_high": 0.95}
            | {"difference": [0.1, np.nan], "difference_low": [-0.01, np.nan], "difference_high": [0.21, np.nan]}
        ),
        "boundary_steps": pd.DataFrame(
            {"run": [0, 1, 0, 1], "map": ["fused", "fused", "separate", "separate"], "region": "a", "neighbour": "b"}
            | {"pixels": 50, "step": [0.1, 0.2, 0.3, 0.5]}
        ),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return {name: folder / f"{name}.csv" for name in tables}


def make_logs(folder, story):
    folder.mkdir()
    for number, used in enumerate(story.usages):
        (folder / f"{number}.log").write_text(f"some words\n{used}\n")
    return folder


def make_nomenclature(path, story):
    with path.open("w", newline="") as file:
        groups = story.groups or [""] * len(story.names)
        rows = [
            (10 * n, name, COLORS[n % len(COLORS)], group)
            for n, (name, group) in enumerate(zip(story.names, groups, strict=True), 1)
        ]
        csv.writer(file).writerows([("label", "name", "color", "group"), *rows])


def make_tile(folder, tile, grid, codes, story):
    folder.mkdir()
    grids.save(grid, folder / "grid.json")
    acquisition_table.write(story.records, folder / "acquisitions.csv")
    counts = []
    for run in range(story.runs):
        pixels = {0: story.unclassified} | {code: 100 * n + run for n, code in enumerate(codes, 1)}
        counts.append(folder / f"counts{run}.json")
        hectares = {code: number / 100 for code, number in pixels.items()}
        class_counts.write(TileCounts({1: pixels}, {1: hectares}), counts[-1])
    counted_values.write([ValueCount("s2", "B2", 123456, 12, -9999, 8000)], folder / "map_values.csv")
    tables = folder / "acquisitions.csv", folder / "grid.json"
    return TileFiles(tile, *tables, counts, map_values=folder / "map_values.csv")


def make_territory(path, tile_grids):
    footprints = ownership.collect_footprints(tile_grids)
    middle = footprints.union_all().centroid.x
    halves = [box(-5, 40, middle, 45), box(middle, 40, 5, 45)]
    rows = {"number": [1, 2], "region": ["west", "east"], "name": ["West", "East"]}
    regions = gpd.GeoDataFrame(rows, geometry=halves, crs="EPSG:4326")
    vectors.write_layers(
        path, {"footprints": footprints, "owned": footprints[["tile", "geometry"]], "regions": regions}
    )


def make_samples(path, codes, story):
    rows = [
        (run, region, code, 1000, 400 + run, 300 + run, "")
        for run in range(story.runs)
        for region in ("west", "east")
        for code in codes
    ]
    columns = ["run", "region", "code", "reference_pixels", "training_pixels", "samples", "note"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)


def confusion_of(run, codes, story):
    """Return a matrix with 80 right and 10 wrong of each tested class, fewer by the run."""
    matrix = pd.DataFrame(0, index=pd.Index(codes, name="reference"), columns=[0, *codes])
    for place, code in enumerate(codes):
        if code not in story.untested:
            matrix.loc[code, code] = 80 - run
            matrix.loc[code, codes[(place + 1) % len(codes)]] = 10
            matrix.loc[code, 0] = story.lacking
    return matrix


def comparison_of(matrix, polygons=5):
    """Return a comparison with the counts of a matrix, shared out evenly to polygons of a class each."""
    rows = [
        (f"{code}-{polygon}", code, mapped, matrix.loc[code, mapped] / polygons)
        for code in matrix.index
        for mapped in matrix.columns
        for polygon in range(polygons)
        if matrix.loc[code, mapped]
    ]
    return pd.DataFrame(rows, columns=["polygon", "reference", "predicted", "pixels"])


def make_accuracy(folder, classes, story):
    paths, scores = {}, []
    for run in range(story.runs):
        matrix = confusion_of(run, classes.codes, story)
        codes = classes.code_of_group()
        grouped = matrix.groupby(codes).sum().T.groupby({0: 0, **codes}).sum().T
        for counted in sources.CONFUSIONS:
            of_groups = counted.startswith(sources.GROUPS)
            counts = grouped if of_groups else matrix
            counts.to_csv(folder / f"confusion_{counted}{run}.csv")
            paths.setdefault(counted, folder / f"confusion_{counted}{run}.csv")
            unit = counted.removeprefix(sources.GROUPS)
            level = confusion.GROUP if of_groups else confusion.CLASS
            scores.append(confusion.run_scores(comparison_of(counts), list(counts.index), run, unit, level))
    pd.concat(scores).to_csv(folder / "scores.csv", index=False)
    confusion.over_runs(pd.concat(scores)).to_csv(folder / "summary.csv", index=False)
    return paths


def make_maps(folder, tile_grids, codes):
    grid = map_grid.map_grid(tile_grids, map_grid.Wanted())
    draw = np.random.default_rng(7)
    shape = (grid.rows, grid.columns)
    layers = {
        "classification": draw.choice([0, *codes], shape).astype(np.uint8),
        "confidence": draw.integers(0, 101, shape).astype(np.uint8),
        "validity": draw.integers(0, 30, shape).astype(np.uint16),
    }
    for name, values in layers.items():
        options = {"driver": "GTiff", "count": 1, "dtype": values.dtype, **grid.profile()}
        with rasterio.open(folder / f"{name}.tif", "w", **options) as dataset:
            dataset.write(values, 1)
            dataset.update_tags(**TAGS)


class Reader(HTMLParser):
    """Collects the page's texts by id, the rows of its tables, its tags and where they point to."""

    def __init__(self, text):
        super().__init__()
        self.by_id, self.rows, self.tags, self.links, self._ids = {}, [], [], [], []
        self.open = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append(tag)
        self.links += [values[key] for key in ("src", "href") if key in values]
        if tag not in VOID:
            self.open.append((tag, values.get("id")))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        opened, _ = self.open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data):
        for _, name in self.open:
            if name:
                self.by_id[name] = self.by_id.get(name, "") + data
        if any(tag in ("td", "th") for tag, _ in self.open):
            self.rows[-1][-1] += data

    def row(self, first, length):
        return next(row for row in self.rows if row and row[0] == first and len(row) == length)


def edition(**changes):
    days = datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)
    return replace(Edition("Cover of Nowhere", "2018", days, CONFIGURATION), **changes)


def read(folder, story, **changes):
    text = page.render(edition(**changes), make_year(folder, story))
    return text, Reader(text)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return read(tmp_path_factory.mktemp("year"), Story())


def number(text):
    return float(re.search(r"[\d\N{NARROW NO-BREAK SPACE}.]+", text)[0].replace("\N{NARROW NO-BREAK SPACE}", ""))


def test_overall_accuracy_is_the_mean_over_runs_and_its_interval_that_of_the_map_shown(made):
    values = np.array([240 / 270, 237 / 267])
    # Five polygons of each of three classes, alike in each of them: nothing but their classes differs.
    interval = clusters.ratio(np.full(15, 80 / 5), np.full(15, 90 / 5))
    text = made[1].by_id["overall-accuracy"].replace("\N{NO-BREAK SPACE}", " ")
    assert number(text) == pytest.approx(100 * values.mean(), abs=0.05)
    assert f"95 %: {100 * interval.low:.1f} % to {100 * interval.high:.1f} %" in text


def test_no_sentence_tells_more_than_its_number(made):
    """The first one says of which pixels it is, and what it would be with the others counted as wrong."""
    text = made[1].by_id["summary"].replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ")
    whole = np.mean([240 / 273, 237 / 270])
    assert "Of the classified test pixels, 88.8 % are mapped correctly (mean over 2 random splits" in text
    assert f"; {100 * whole:.1f} % of all test pixels, if unclassified ones count as wrong." in text
    rows = {row[0]: row for row in made[1].rows if len(row) == 7}
    assert number(rows["all pixels, unclassified ones counted as wrong"][1]) == pytest.approx(
        100 * 240 / 273, abs=0.05
    )
    assert number(rows["classified pixels"][1]) == pytest.approx(100 * 240 / 270, abs=0.05)
    assert rows["classified pixels"][5:] == ["273", "3"]


def test_nothing_is_told_that_a_statistician_would_refuse(made, tmp_path):
    text = made[0] + read(tmp_path, Story(compared=True, groups=("plants", "plants", "")))[0]
    for words in ("Student", "least and most", "summed over", "runs together", "\N{PLUS-MINUS SIGN}"):
        assert words not in text
    assert "Precision among reference pixels" in text


def test_kappa_stands_with_the_reason_not_to_quote_it_alone(made, tmp_path):
    told = " ".join(made[1].by_id["kappa"].split())
    by_chance = 3 * (90 / 270) ** 2
    assert f"is {(240 / 270 - by_chance) / (1 - by_chance):.3f} by classified pixels and" in told
    assert "Do not quote it alone" in told
    assert "kappa" not in read(tmp_path, Story(untested=(10, 20, 30)))[1].by_id


def test_confidences_of_right_and_wrong_test_pixels_are_a_chart(made, tmp_path):
    assert "confidences" in made[1].by_id
    files = make_year(tmp_path, Story())
    table = pd.read_csv(files.confidence_counts).assign(right=0, wrong=0)
    table.to_csv(files.confidence_counts, index=False)
    assert "confidences" not in Reader(page.render(edition(), files)).by_id


def test_counted_values_of_bands_stand_beside_the_sampled_ones(made):
    line = made[1].row("s2 B2", 10)
    assert line[1:4] == [DASH] * 3
    assert number(line[7]) == 123456 * 2  # tiles
    assert line[9] == "-9999 to 8000"


def test_areas_are_those_of_the_tiles(made):
    rows = {row[0]: row for row in made[1].rows if len(row) == 4}
    hectares = {"wheat": 2.0, "forest": 4.0, "water": 6.0, "unclassified": 0.24, "all": 12.24}
    assert {name: number(rows[name][1]) for name in hectares} == pytest.approx(hectares, abs=0.05)
    assert number(rows["wheat"][2]) == pytest.approx(100 * 2 / 12.24, abs=0.05)


def test_unclassified_share(made):
    assert number(made[1].by_id["unclassified-share"]) == pytest.approx(100 * 24 / 1224, abs=0.05)
    assert number(made[1].row("T30AAA", 8)[2]) == pytest.approx(100 * 12 / 612, abs=0.05)


def test_class_scores_stand_in_their_table(made):
    row = made[1].row("wheat", 8)
    assert float(row[1]) == pytest.approx(100 * 80 / 90, abs=0.05)
    low, high = map(float, row[2].split(DASH))
    assert 0 < low < 100 * 80 / 90 < high < 100


def test_counts_are_those_of_the_map_shown(made):
    """Summed over the runs, a polygon would count several times."""
    assert made[1].row("wheat", 6)[1:] == ["80", "10", "0", "1", "91"]


def test_samples_are_those_of_the_first_run(made):
    row = next(row for row in made[1].rows if row[:2] == ["wheat", "2\N{NARROW NO-BREAK SPACE}000"])
    assert row[2:] == ["800", "600", "300", "300"]


def test_no_warning_is_said_to_be_none(made):
    assert "Warnings: none." in made[1].by_id["summary"]
    assert "None." in made[1].by_id["warnings"]


def test_a_white_class_is_seen(made):
    """What is outside of the map is hatched, and the colours of the legend have a border."""
    rules = dict(re.findall(r"^(\.[\w ]+?) \{(.*?)\}", made[0], re.M | re.S))
    assert "repeating-linear-gradient" in rules[".map svg"]
    assert "border: 1px solid rgba(0, 0, 0, .5)" in rules[".chip"]


def test_what_is_no_warning_is_not_counted(tmp_path):
    finding = {"finding": "points", "action": "each stands for its pixel", "count": 2, "ids": [7, 8]}
    _, reader = read(tmp_path, Story(findings=(finding,)))
    assert "Warnings: none." in reader.by_id["summary"]
    assert "None." in reader.by_id["warnings"]
    assert "each stands for its pixel" in reader.by_id["warnings"]


def test_classes_without_polygons_are_one_warning(tmp_path):
    rows = [
        {"finding": f"no polygon of class {code}", "action": "is not mapped", "count": 0, "ids": [], "code": code}
        for code in (10, 20)
    ]
    _, reader = read(tmp_path, Story(findings=tuple(rows)))
    told = reader.by_id["warnings"].replace("\N{NO-BREAK SPACE}", " ")
    assert "no polygon of some classes. 2 classes, wheat and forest: is not mapped." in told
    assert "1 warning " in reader.by_id["summary"].replace("\N{NO-BREAK SPACE}", " ")


def test_provenance_is_told(made):
    assert "c0de" in made[1].by_id["making"]
    assert "title: Cover" in made[1].by_id["making"]


def test_page_stands_alone(made):
    text, reader = made
    assert "script" not in reader.tags
    assert "link" not in reader.tags
    assert all(link.startswith(("data:image/png;base64,", "#")) or link == "map.html" for link in reader.links)
    assert not re.search(r"""(src|href)\s*=\s*["']?https?://""", text)
    assert "url(" not in text
    assert reader.open == []


def test_internal_links_lead_somewhere(made):
    text, reader = made
    for link in reader.links:
        if link.startswith("#"):
            assert f'id="{link[1:]}"' in text


def test_same_inputs_give_the_same_bytes(tmp_path):
    files = make_year(tmp_path, Story())
    page.write(edition(), files, tmp_path / "one.html")
    page.write(edition(), files, tmp_path / "two.html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_what_users_wrote_is_escaped(tmp_path):
    evil = "<script>alert('1 & $x^2$')</script>"
    finding = {"finding": evil, "action": evil, "count": 1, "ids": [3]}
    bad = AcquisitionRecord("s2", datetime.date(2018, 5, 1), evil, evil, 0.0)
    story = Story(names=(evil, "forest"), findings=(finding,), records=(*Story().records, bad))
    text, reader = read(tmp_path, story, title=evil, configuration={**CONFIGURATION, "title": evil})
    assert "<script" not in text
    assert "script" not in reader.tags
    assert text.count("&lt;script&gt;") > 5


def test_one_run_has_the_intervals_of_its_polygons(tmp_path, made):
    """They do not depend on the number of runs, which share the polygons."""
    _, reader = read(tmp_path, Story(runs=1))
    assert "mean" not in reader.by_id["overall-accuracy"]
    assert reader.row("wheat", 8) == made[1].row("wheat", 8)


def test_class_without_test_polygons_is_named_and_has_no_scores(tmp_path):
    _, reader = read(tmp_path, Story(untested=(20,)))
    assert reader.row("forest", 8)[1:] == [DASH] * 6 + ["not tested"]
    assert "Classes without test polygons" in reader.by_id["warnings"]
    assert "forest" in reader.by_id["warnings"]


def test_map_that_nothing_tests(tmp_path):
    _, reader = read(tmp_path, Story(untested=(10, 20, 30)))
    assert "accuracy is unknown" in reader.by_id["summary"]


def test_findings_skipped_products_and_checks_are_warnings(tmp_path):
    bad = AcquisitionRecord("s2", datetime.date(2018, 5, 1), "third", "B4.tif: is truncated", 0.0)
    finding = {"finding": "invalid geometry", "action": "repaired", "count": 2, "ids": [7, 8]}
    open_tiles = [Finding("unclassified_tile", "0", *found) for found in (("T30AAA", 0.5), ("T30AAB", 0.1))]
    story = Story(records=(*Story().records, bad), findings=(finding,), checks=tuple(open_tiles))
    _, reader = read(tmp_path, story)
    for words in ("invalid geometry", "7, 8", "is truncated", "run 0, T30AAA: 50.0 %", "1 finding above 20.0 %"):
        assert words in reader.by_id["warnings"].replace("\N{NO-BREAK SPACE}", " ")
    assert "run 0, T30AAB" not in reader.by_id["warnings"]
    assert reader.row("T30AAA", 8)[4] == "1"


def test_checks_are_told_by_their_worst_finding(tmp_path):
    seams = [Finding("seams", run, "A and B", value) for run, value in (("0", 0.1), ("1", 0.5), ("2", 0.3))]
    fractions = Finding("neighbour_fractions", "0", "T30AAA", 0.0)
    _, reader = read(tmp_path, Story(checks=(*seams, fractions)))
    rows = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in reader.rows if len(row) == 7]
    assert ["3", "50.0 %", "run 1, A and B", "40.0 %", "90.0 %", "warning"] in [row[1:] for row in rows]
    assert ["1", "0 %", DASH, "60.0 %", DASH, "ok"] in [row[1:] for row in rows]


def test_costs_are_told_by_rule(made):
    cells = [["".join(cell.split("\N{NARROW NO-BREAK SPACE}")) for cell in row] for row in made[1].rows]
    assert ["classify", "2", "1:02:20", "0:02:30", "1100", "2000", "2000"] in cells
    assert ["all", "3", "1:02:23", "0:02:34", "1100", "4000", "2001"] in cells


def test_tile_without_any_pixel_of_its_own(tmp_path):
    files = make_year(tmp_path, Story())
    for path in files.tiles[1].counts:
        class_counts.write(TileCounts({}, {}), path)
    reader = Reader(page.render(edition(), files))
    assert "Tiles without own area" in reader.by_id["warnings"]
    assert reader.row("T30AAB", 8)[2] == DASH


def test_comparisons_have_their_tables(tmp_path):
    text, found = read(tmp_path, Story(compared=True))
    fractions = [number(found.row(f"folds of {name}", 7)[1]) for name in comparisons.SCHEMES.values()]
    assert fractions[0] > fractions[1] > fractions[2]
    assert found.row("folds of whole polygons", 7)[3:5] == ["-9.0", "-11.0 to -7.0"]
    assert found.row("folds of whole polygons", 7)[6] == "30"
    assert found.row("the map, on its test polygons", 7)[3:5] == [DASH, DASH]
    assert found.row("the map, on its test polygons", 7)[6] == DASH
    assert [row[0] for row in found.rows if len(row) == 10 and row[0] in ("fusion", "run0")] == ["fusion", "run0"]
    assert found.row("run0", 10)[4:6] == ["-15.0", "-17.0 to -13.0"]
    assert found.row("fusion", 10)[4:6] == [DASH, DASH]
    assert found.row("whole map", 7)[1:3] == ["fused", "90.0\N{NO-BREAK SPACE}%"]
    assert found.row("whole map", 7)[4:6] == ["+10.0", "-1.0 to +21.0"]
    assert found.row("a \N{EN DASH} b", 4)[2:] == ["15.0\N{NO-BREAK SPACE}%", "40.0\N{NO-BREAK SPACE}%"]
    assert number(found.row("radar", 6)[1]) < number(found.row("all", 6)[1])
    assert found.row("radar", 6)[3:5] == ["-10.0", "-12.0 to -8.0"]
    assert found.row("all", 6)[3:5] == [DASH, DASH]
    # Each polygon once, the most suspicious first.
    assert [row[0] for row in found.rows if len(row) == 7 and row[1] == "north"] == ["9", "8"]
    assert found.row("8", 7)[2:] == ["wheat", "forest", "40", "75.0\N{NO-BREAK SPACE}%", "87.5\N{NO-BREAK SPACE}%"]
    assert found.row("the regularised map", 7)[3:5] == ["+5.0", "+3.0 to +7.0"]
    assert found.row("the map itself", 7)[3:5] == [DASH, DASH]
    by_objects = [found.row(name, 5) for name in ("each object counts once", "with all of its pixels")]
    assert number(by_objects[0][1]) < number(by_objects[1][1])
    assert "25.0\N{NO-BREAK SPACE}% of the ground of all tiles lies in no object" in text
    of_classes = [row for row in found.rows if len(row) == 4 and row[0] in ("wheat", "forest")]
    assert [number(row[1]) for row in of_classes][-2:] == [1200, 3]
    sources = [row for row in found.rows if row[-1] == "0.50"]
    assert sources == [["altitude", "25.00", "0.50"], ["s2", "12.00", "0.50"]]


def test_features_are_told_by_source_and_dates(tmp_path, made):
    names = ["s2_B2_20180203", "s2_NDVI_20180203", "s2_B2_20180213", "s2_NDVI_20180213", "s2_NDVI_max"]
    names += ["season_start", "altitude"]
    samples = tmp_path / "samples.parquet"
    pd.DataFrame(
        {"tile": ["T30AAA"], "code": [10], "polygon": [1], "run0": [True]} | dict.fromkeys(names, 0)
    ).to_parquet(samples)
    files = replace(make_year(tmp_path, Story()), samples=samples)
    functions = {"functions": [{"file": "f.py", "name": "f", "prefix": "season"}]}
    reader = Reader(page.render(edition(configuration=CONFIGURATION | {"features": functions}), files))
    assert "7\N{NO-BREAK SPACE}features" in reader.by_id["features"]
    assert reader.row("s2", 4) == ["s2", "2", "B2, NDVI", "4"]
    assert ["s2", DASH, "NDVI_max", "1"] in reader.rows
    assert reader.row("season", 4) == ["season", DASH, "start", "1"]
    assert reader.row("altitude", 4) == ["altitude", DASH, "altitude", "1"]
    assert "features" not in made[1].by_id


def test_several_sensors_and_rasters_have_their_columns(tmp_path):
    more = AcquisitionRecord("landsat", datetime.date(2018, 5, 1), "third", "", 0.5)
    files = make_year(tmp_path, Story(records=(*Story().records, more)))
    (tmp_path / "dates.json").write_text(json.dumps({key: ["2018-02-03"] for key in ("s2", "landsat")}))
    table = tmp_path / "T30AAA/static_rasters.csv"
    static_raster_tables.write([Found("altitude", "dem.tif", 5, "ab", 12.0, 640.0, 0.25)], table)
    reader = Reader(page.render(edition(), replace(files, rasters=[table])))
    assert reader.row("T30AAA", 10)[3:6] == ["3", "2", "1"]
    assert reader.row("T30AAA", 5)[1:] == ["altitude", "12", "640", "25.0\N{NO-BREAK SPACE}%"]


def test_images_that_were_moved_have_a_table(tmp_path, made):
    files = make_year(tmp_path, Story())
    days = [datetime.date(2018, 2, 3), datetime.date(2018, 7, 9)]
    found = [
        shift_table.Shift("s2", days[0], "first", "moved", 3.0, -4.0),
        shift_table.Shift("s2", days[1], "b", "not_found"),
    ]
    shift_table.write(found, tmp_path / "shifts.csv")
    tiles = [replace(files.tiles[0], shifts=tmp_path / "shifts.csv"), files.tiles[1]]
    reader = Reader(page.render(edition(), replace(files, tiles=tiles)))
    assert reader.row("T30AAA", 9)[1:] == ["s2", "1", "0", "1", "0", "3.0", "-4.0", "5.0"]
    assert "Images used unshifted" in reader.by_id["warnings"]
    assert "shifts" not in made[1].by_id


def test_it_is_said_which_accuracy_to_quote(tmp_path, made):
    """And why folds tell another one: the numbers of samples stand beside their table."""
    _, reader = read(tmp_path, Story(compared=True), configuration={**CONFIGURATION, "cross_validation": LESS})
    told = " ".join(reader.by_id["quote"].replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Which figure to quote. For the map shown here, that of classified pixels" in told
    assert "at most 600 instead of 1 800" in told
    assert "at most 100 samples of a class and region" in reader.by_id["accuracy"]
    assert "Folds of spatial blocks test nothing" not in reader.by_id["warnings"]
    assert "folds" not in made[1].by_id["quote"]
    assert made[1].by_id["quote"].rstrip().endswith("several maps.")


def test_labels_of_another_year_are_named_with_what_is_quoted(tmp_path):
    of_2015 = CONFIGURATION | {"reference": REFERENCE | {"year": 2015}}
    _, reader = read(tmp_path, Story(), configuration=of_2015)
    assert "Name the years: labels are of another one" in reader.by_id["quote"]


def test_folds_of_one_block_are_a_warning_that_names_the_key(tmp_path):
    files = make_year(tmp_path, Story(compared=True))
    table = pd.read_csv(files.comparisons["folds"])
    table.loc[table.scheme == "blocks", "value"] = np.where(
        table.score[table.scheme == "blocks"] == "tested", 0, np.nan
    )
    table.to_csv(files.comparisons["folds"], index=False)
    told = Reader(page.render(edition(), files)).by_id["warnings"]
    assert "`cross_validation.block_m` is too large for this map of 0.12 km²" in told


def test_where_nothing_is_unclassified_no_number_stands_twice(tmp_path):
    _, reader = read(tmp_path, Story(unclassified=0, lacking=0))
    assert "if unclassified ones count as wrong" not in reader.by_id["summary"]
    assert [row[0] for row in reader.rows if len(row) == 7 and row[-1] == "0"][:2] == ["pixels", "polygons"]


def test_one_tile_is_not_named_over_its_middle(tmp_path, made):
    text, _ = read(tmp_path, Story(tiles=("T30AAA",)))
    assert 'class="tile-name"' in made[0]
    assert 'class="tile-name"' not in text


def test_nothing_is_compared_that_was_not_asked_for(made):
    assert not {"folds", "fusion", "boundary", "suspected"} & made[1].by_id.keys()


def test_groups_have_scores_of_their_own(made, tmp_path):
    text, reader = read(tmp_path, Story(groups=("plants", "plants", "")))
    row = reader.row("plants", 8)
    assert float(row[3]) == pytest.approx(100 * 170 / 180, abs=0.05)
    assert reader.row("plants", 5)[1:] == ["170", "10", "2", "182"]
    assert reader.row("wheat", 8)
    assert text.count("data:image/png") == made[0].count("data:image/png") + 1


def test_without_groups_nothing_is_told_of_them(made):
    assert "Groups of classes" not in made[0]


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ({}, ""),
        ({"from_map": None, "annual": {"year": 2018}}, ""),
        (
            {"from_map": {"year": None}, "annual": {"year": 2017}},
            "Samples of an earlier map and of another year train",
        ),
        ({"annual": {"year": 2017}}, "Samples of another year train too"),
        ({"years": "all"}, "Samples of other years train too"),
    ],
)
def test_what_may_train_beside_test_polygons_is_told(samples, words):
    settings = ReferenceSettings(**REFERENCE)
    plain, told = (
        splits.describe(settings, "2018", splits.beside_tests(one, "2018", ["2016", "2017", "2018"])).text
        for one in ({}, samples)
    )
    assert told.startswith(plain)
    assert words in told
    assert (told != plain) == bool(words)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"train_fraction": 0.7}, "70 % of the polygons, drawn at random, train"),
        ({"split": "blocks", "block_m": 8000, "held_out_fraction": 0.1}, "held out of all runs"),
        ({"split": "file", "test_file": "t.gpkg"}, "those of t.gpkg test, in all runs"),
        ({"split": "all"}, "not a valid accuracy of the map"),
    ],
)
def test_the_split_is_told(tmp_path, given, words):
    _, reader = read(tmp_path, Story(), configuration={**CONFIGURATION, "reference": REFERENCE | given})
    assert words in reader.by_id["split"]
    assert ("random splits" in reader.by_id["summary"]) == (given.get("split") not in ("all", "file"))
    for place in ("summary", "warnings"):
        assert ("not a valid accuracy of the map" in reader.by_id[place]) == (given.get("split") == "all")


def test_labels_of_another_year_are_told_and_warned_of(tmp_path):
    given = {**CONFIGURATION, "reference": REFERENCE | {"description": "tree cover of X.", "year": 2016}}
    _, reader = read(tmp_path, Story(), configuration=given)
    assert "Reference. Tree cover of X; labels of 2016. Training" in reader.by_id["split"]
    assert "The labels are of 2016, the map is of 2018 (`reference.year`)" in reader.by_id["warnings"]
    for year, told in ((2018, ""), (2020, "what was otherwise before"), (2016, "what has changed since")):
        assert told in splits.of_other_year(ReferenceSettings(**REFERENCE, year=year), "2018")
    assert splits.of_other_year(ReferenceSettings(**REFERENCE, year=2018), "2018") == ""


def test_models_of_before_train_nothing(tmp_path):
    files = replace(make_year(tmp_path, Story()), sample_counts=None)
    assert "here nothing trains" in Reader(page.render(edition(), files)).by_id["split"]


def test_filtered_acquisitions_are_counted_but_no_warning(tmp_path):
    unwanted = AcquisitionRecord(
        "s2", datetime.date(2018, 5, 1), "third", "orbit 8 is not among [51]", 0.0, filtered=True
    )
    _, reader = read(tmp_path, Story(records=(*Story().records, unwanted)))
    assert "2 filtered" in reader.by_id["summary"].replace("\N{NO-BREAK SPACE}", " ")
    assert "orbit 8" not in reader.by_id.get("warnings", "")
    assert reader.row("T30AAA", 9)[3:6] == ["2", "0", "1"]


def test_tiles_that_a_sensor_does_not_see_are_named(tmp_path):
    other = tuple(AcquisitionRecord("s1", record.date, record.product, "", 1.0) for record in Story().records)
    _, reader = read(tmp_path, Story(records=other))
    assert "Tiles without s2" in reader.by_id["warnings"]


@pytest.mark.parametrize(("days", "step"), [((1, 11, 21), 10), ((1, 15, 20), None), ((1,), None)])
def test_output_dates_have_a_step_or_none(days, step):
    assert page.step_days([datetime.date(2018, 5, day) for day in days]) == step
