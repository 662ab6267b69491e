"""A static catalog of all years: valid, relative, the same wherever it lies."""

import dataclasses
import datetime
import json
import shutil
from pathlib import Path

import pystac
import pytest
from pystac.stac_object import STACObjectType
from pystac.validation.stac_validator import JsonSchemaSTACValidator

from landloom.core.checksums import FileDigest
from landloom.core.errors import InputError
from landloom.provenance import record, stac_catalog, stac_collection
from landloom.provenance.record import Code
from unit.provenance.test_stac_collection import CLASSES, RASTER, SHA256, products

EASTERN = dataclasses.replace(RASTER, transform=(10.0, 0.0, 700000.0, 0.0, -20.0, 6330000.0))


def make_year(results, year, raster=RASTER, title="Été"):
    folder = results / year
    for path in products():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    found = record.document(year, {"title": title}, Code("0.1", {}, {}), products(raster), {})
    record.write(found, folder / "provenance.json")
    period = datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31)
    items = stac_collection.collection(found, FileDigest(8, SHA256), CLASSES, period, ["0", "1"])
    stac_collection.write(items, folder / "stac.json")


@pytest.fixture
def project(tmp_path, capsys):
    make_year(tmp_path / "results", "2018")
    make_year(tmp_path / "results", "2019", EASTERN)
    assert stac_catalog.main([str(tmp_path / "results"), "-o", str(tmp_path / "catalog")]) == 0
    assert "4 maps" in capsys.readouterr().out
    return tmp_path


def opened(project):
    return pystac.Catalog.from_file(str(project / "catalog/catalog.json"))


def test_all_objects_are_valid(project):
    """Schemas of extensions lie on the network: only the core is validated."""
    validator, catalog = JsonSchemaSTACValidator(), opened(project)
    (collection,) = catalog.get_collections()
    kinds = [(catalog, STACObjectType.CATALOG), (collection, STACObjectType.COLLECTION)]
    kinds += [(item, STACObjectType.ITEM) for item in catalog.get_items(recursive=True)]
    assert len(kinds) == 6
    for one, kind in kinds:
        content = one.to_dict()
        validator.validate_core(content, kind, content["stac_version"])


def test_a_moved_project_keeps_its_links(project):
    """Every path is relative, and leads to a map also after a move."""
    moved = project.parent / f"{project.name}_moved"
    shutil.move(project, moved)
    texts = [path.read_text() for path in (moved / "catalog").rglob("*.json")]
    assert not any(str(project.parent) in text for text in texts)
    items = list(opened(moved).get_items(recursive=True))
    assert {item.id for item in items} == {f"ete-{year}-run{run}" for year in (2018, 2019) for run in (0, 1)}
    for item in items:
        path = item.assets["classification"].get_absolute_href()
        assert Path(path) == moved / f"results/{item.id.split('-')[1]}/map/{item.id.split('-')[2]}/classification.tif"
        assert Path(path).is_file()
    shutil.move(moved, project)


def test_the_collection_spans_all_maps(project):
    (collection,) = opened(project).get_collections()
    assert (collection.id, collection.title) == ("ete", "Été")
    around, *boxes = collection.extent.spatial.bboxes
    assert len(boxes) == 2
    assert around == [min(box[0] for box in boxes), boxes[0][1], max(box[2] for box in boxes), boxes[1][3]]
    ((first, last),) = collection.extent.temporal.intervals
    assert (first.year, last.year, last.hour) == (2018, 2019, 23)


def test_a_catalog_is_made_again_and_nothing_else_is_written_over(project, capsys):
    before = {path: path.read_bytes() for path in (project / "catalog").rglob("*.json")}
    arguments = [str(project / "results"), "-o", str(project / "catalog")]
    assert stac_catalog.main(arguments) == 0
    assert {path: path.read_bytes() for path in (project / "catalog").rglob("*.json")} == before
    (project / "mine").mkdir()
    assert stac_catalog.main([*arguments[:2], str(project / "mine")]) == 1
    assert "mine: is there, and is no catalog" in capsys.readouterr().err


def test_what_is_no_collection_is_named(project):
    (project / "results/2019/stac.json").write_text("{}")
    with pytest.raises(InputError, match=r"2019/stac\.json: is no collection of items"):
        stac_catalog.build(project / "results", project / "catalog")
    with pytest.raises(InputError, match="has no year with maps"):
        stac_catalog.build(project / "catalog", project / "catalog")


def test_boxes_on_both_sides_of_the_180th_meridian():
    east, across = (170.0, -20.0, 179.0, -10.0), (179.0, -25.0, -178.0, -12.0)
    assert stac_catalog._around([east]) == list(east)
    assert stac_catalog._around([east, across]) == [-180.0, -25.0, 180.0, -10.0]
    assert json.dumps(stac_catalog._around([across])) == json.dumps(list(across))
