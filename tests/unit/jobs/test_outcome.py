"""What a run says of its results."""

from landloom.jobs import outcome


def test_new_maps_and_reports_are_told_by_year(tmp_path):
    for year in range(2010, 2018):
        folder = tmp_path / str(year) / "map/run0"
        folder.mkdir(parents=True)
        for name in ("classification.tif", "../../map.html", "../../report.html"):
            (folder / name).touch()
    first, second, *others = outcome.summary(tmp_path, 0).splitlines()
    assert first == "Maps and reports:"
    assert second == f"  {tmp_path}/2010: map/run0/classification.tif, map.html, report.html"
    assert others[-1] == "  and 3 more years"


def test_nothing_is_told_of_what_was_there(tmp_path):
    (tmp_path / "2018").mkdir()
    (tmp_path / "2018/report.html").touch()
    assert outcome.summary(tmp_path, 1e12) == ""
    assert outcome.summary(tmp_path / "nowhere", 0) == ""
