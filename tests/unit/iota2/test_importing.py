"""Configurations of iota2 as those of landloom: every key is answered, and means what it meant."""

import datetime
import re
from pathlib import Path

import pytest
import yaml

from landloom.configuration import configuration
from landloom.core.errors import InputError
from landloom.iota2 import answers, importing, reading, unneeded
from landloom.iota2.__main__ import main
from landloom.iota2.translation import Options
from landloom.timeseries import output_dates
from unit.iota2.configurations import NEW, OLD, answer_of, imported, with_keys, write_raster


def value_at(content, place):
    for name in place.split("."):
        content = content[name]
    return content


def test_a_small_file_is_a_small_configuration(folder):
    found = imported(OLD, folder)
    assert found.refused == ()
    assert found.is_whole
    assert found.content == {
        "years": {2018: None},
        "tiles": ["T31TCJ", "T31TDJ"],
        "sensors": {
            "sentinel2": {"type": "sentinel2_theia", "archive": f"{folder}/s2", "resampling": "cubic"},
        },
        "grid": {"resolution_m": 10},
        "nomenclature": "my_classes.csv",
        "reference": {"file": f"{folder}/truth.gpkg", "field": "CODE", "train_fraction": 0.7},
        "model": {"type": "random_forest", "min_samples_split": 5, "max_depth": 25},
        "map": {"crs": "EPSG:2154", "agreement": True},
    }
    assert found.tables == {"my_classes.csv": "label,name,color\n1,wheat,#ff00ff\n2,maize,#ff5500\n3,lake,#0000ff\n"}


def test_both_ages_mean_the_same(folder):
    assert imported(NEW, folder).content == imported(OLD, folder).content


OF_IOTA2 = {"file": "{folder}/f.py", "interface": "iota2"}

CASES = [
    ("chain", "runs:3 random_seed:7", {"runs": 3, "seed": 7}),
    ("chain", "splitGroundTruth:False", {"reference.split": "all"}),
    ("chain", "cloud_threshold:0", {"samples.minimum_valid_observations": 1}),
    (
        "chain",
        "regionPath:'{folder}/truth.gpkg'",
        {"regions": {"file": "{folder}/truth.gpkg", "field": "region", "names": ["2", "10"]}},
    ),
    (
        "chain",
        "runs:2 merge_final_classifications:True merge_final_classifications_method:'dempstershafer' "
        "dempstershafer_mob:'kappa'",
        {
            "fusion": {"method": "dempster_shafer", "mass": "kappa", "ties": "undecided"},
            "reference.held_out_fraction": 0.1,
        },
    ),
    ("chain", "enable_autoContext:True autoContext_iterations:2", {"context": {"iterations": 2}}),
    (
        "chain",
        "obia_segmentation_path:'{folder}/seg.tif' region_priority:['2', '10'] regionPath:'{folder}/truth.gpkg'",
        {"objects": {"segmentation": "{folder}/seg.tif", "statistics": ["mean"], "region": ["2", "10"]}},
    ),
    (
        "chain",
        "L5Path_old:'{folder}/l5'",
        {"sensors.landsat5_old.type": "landsat_theia_old", "sensors.landsat5_old.step_days": 16},
    ),
    ("chain", "l8_usgs_thermal_path:'{folder}/l8'", {"sensors.landsat8_usgs_thermal.bands": ["thermal"]}),
    (
        "argTrain",
        "regionPath:'{folder}/truth.gpkg' mode_outside_RegionSplit:2",
        {"model.largest_training_area_km2": 2.0},
    ),
    (
        "argTrain",
        "sampleSelection:{'sampler':'periodic', 'strategy':'percent', 'strategy.percent.p':0.07, 'ram':1, "
        "'per_model':[{'target_model':2, 'strategy':'total', 'strategy.total.v':90}]}",
        {
            "samples.sampler": "periodic",
            "samples.percent": 7.0,
            "samples.regions": {"2": {"strategy": "total", "number": 90}},
        },
    ),
    (
        "argTrain",
        "sampleSelection:{'strategy':'byclass', 'strategy.byclass.in':'{folder}/numbers.csv'}",
        {"samples.strategy": "per_class", "samples.numbers": "my_numbers.csv"},
    ),
    (
        "argTrain",
        "sampleAugmentation:{'activate':True, 'strategy':'smote', 'strategy.smote.neighbors':4, "
        "'samples.strategy':'minNumber', 'samples.strategy.minNumber':50, 'target_models':'all'}",
        {"samples.augmentation": {"method": "smote", "amount": "minimum", "number": 50, "neighbours": 4}},
    ),
    ("argClassification", "enable_probability_map:True", {"map.probabilities": True}),
    (
        "argClassification",
        "enable_boundary_fusion:True boundary_interior_buffer_size:100 boundary_exterior_buffer_size:200 "
        "regionPath:'{folder}/truth.gpkg'",
        {"map.boundary_fusion": {"interior_m": 100, "exterior_m": 200, "least_weight": 0.001}},
    ),
    ("GlobChain", "features:[]", {"features.indices": []}),
    ("GlobChain", "features:['NDWI']", {"features.indices": ["NDVI", "NDMI", "brightness"]}),
    (
        "GlobChain",
        "useGapFilling:False",
        {"features.interpolation.method": "none", "sensors.sentinel2.output_dates": "union"},
    ),
    ("iota2FeatureExtraction", "copyinput:False relrefl:True", {"features.relative_to": {"sentinel2": "B4"}}),
    ("dimRed", "dimRed:True targetDimension:6", {"model.reduction": {"groups": "all", "components": 6}}),
    (
        "scikit_models_parameters",
        "model_type:'SVC' C:2.5 n_jobs:3 cross_validation_parameters:{'C':[1, 10]}",
        {
            "model": {
                "type": "sklearn",
                "classifier": "SVC",
                "scale": False,
                "search": {"grid": {"C": [1, 10]}, "score": "accuracy"},
                "parameters": {"C": 2.5},
            }
        },
    ),
    (
        "coregistration",
        "VHRPath:'{folder}/vhr.tif' bandSrc:7 prec:5 step:9",
        {
            "sensors.sentinel2.coregistration": {
                "reference": "{folder}/vhr.tif",
                "band": "B8",
                "reference_band": 1,
                "largest_shift_px": 5.0,
            }
        },
    ),
    (
        "external_features",
        "module:'{folder}/f.py' functions:[['one', {'n': 2}], 'two'] concat_mode:False padding_size_x:4",
        {
            "features.only_functions": True,
            "features.functions": [
                {
                    "file": "{folder}/f.py",
                    "interface": "iota2",
                    "name": "one",
                    "arguments": {"n": 2},
                    "padding_px": 4,
                },
                {"file": "{folder}/f.py", "interface": "iota2", "name": "two", "padding_px": 4},
            ],
        },
    ),
]


@pytest.mark.parametrize(("section", "keys", "expected"), CASES, ids=[f"{one[0]} {one[1][:30]}" for one in CASES])
def test_keys_mean_what_they_meant(folder, section, keys, expected):
    (folder / "numbers.csv").write_text("1,20\n2,30\n")
    text = OLD.replace("'separate'", "'fusion'") if "mode_outside" in keys else OLD
    found = imported(with_keys(section, keys, text), folder)
    assert found.refused == ()
    assert [one for one in found.answers if one.status in answers.LOST] == []
    for place, value in expected.items():
        filled = yaml.safe_load(yaml.safe_dump(value).replace("{folder}", str(folder)))
        assert value_at(found.content, place) == filled


def test_dates_over_two_years(folder):
    text = with_keys("Sentinel_2", "start_date:'20190101' end_date:'20201029' temporal_resolution:7", NEW)
    found = imported(with_keys("sensors_data_interpolation", "auto_date:False", text), folder)
    assert found.is_whole
    settings = configuration.parse(dict(found.content))
    period = configuration.period_of(settings, 2020)
    assert [str(day) for day in period] == ["2018-01-15", "2020-10-29"]
    sensor = settings.sensors["sentinel2"]
    assert (sensor.start, sensor.end, sensor.step_days) == ("01-01", "10-29", 7)
    seen = output_dates.CommonRange(*period, "", "")
    dates = output_dates.output_dates("sentinel2", seen, (sensor.start, sensor.end), sensor.step_days, period)
    assert (dates[0], (dates[1] - dates[0]).days) == (datetime.date(2019, 1, 1), 7)
    assert datetime.date(2020, 10, 22) < dates[-1] <= datetime.date(2020, 10, 29)
    assert answer_of(found, "start_date").text.endswith("which is 2019-01-01 in the period of `years`")


@pytest.mark.parametrize(
    ("start", "end", "expected", "told"),
    [
        ("20180301", "20181031", ("2018-01-15", "2018-12-06"), "it has all products of the archives"),
        ("20200301", "20201031", ("2019-03-02", "2020-10-31"), "a year and more before or after"),
        ("20160229", "20161001", ("2016-02-29", "2017-09-30"), "a year and more before or after"),
    ],
)
def test_products_around_the_output_dates_count(folder, start, end, expected, told):
    """Output dates are days of the year, which must be those of the file in the wider period, too."""
    text = with_keys("Sentinel_2", f"start_date:'{start}' end_date:'{end}'", NEW)
    found = imported(with_keys("sensors_data_interpolation", "auto_date:False", text), folder)
    settings = configuration.parse(dict(found.content))
    period = configuration.period_of(settings, int(end[:4]))
    assert tuple(map(str, period)) == expected
    sensor = settings.sensors["sentinel2"]
    seen = output_dates.CommonRange(*period, "", "")
    dates = output_dates.output_dates("sentinel2", seen, (sensor.start, sensor.end), 1, period)
    assert (f"{dates[0]:%Y%m%d}", f"{dates[-1]:%Y%m%d}") == (start, end)
    (year,) = [one for one in found.answers if one.key == "years"]
    assert told in year.text


def test_expressions_of_bands_by_number(folder):
    text = with_keys("Sentinel_2", "additionalFeatures:'b1+b8, (b7-b3)/(b7+b3)' keepBands:['B2', 'B8A']")
    text = with_keys("GlobChain", "useAdditionalFeatures:True", text)
    found = imported(with_keys("iota2FeatureExtraction", "extractBands:True", text), folder)
    assert found.is_whole
    assert found.content["features"]["bands"] == {"sentinel2": ["B2", "B8A"]}
    assert [(one["formula"], one["scale"]) for one in found.content["features"]["expressions"].values()] == [
        ("B2 + B8A", 10000),
        ("(B8 - B4) / (B8 + B4)", 1000),
    ]


def test_forests_of_the_toolbox_have_its_defaults(folder):
    plain = re.sub(r"    (classifier|options) :.*\n", "", OLD)
    assert imported(plain, folder).content["model"] == {
        "type": "random_forest",
        "min_samples_split": 5,
        "max_depth": 25,
    }
    bare = re.sub("options :.*", "options:' -classifier.rf.nbtrees 30 -classifier.rf.acc 0.1'", OLD)
    found = imported(bare, folder)
    assert found.content["model"] == {
        "type": "random_forest",
        "trees": 30,
        "max_depth": 5,
        "min_samples_split": 10,
    }
    assert "`acc` is left out: all trees are grown" in answer_of(found, "options").text
    assert sum(one.line == 0 and one.key == "argTrain.options" for one in found.answers) == 2


def test_other_chains(folder):
    text = with_keys("builders", "builders_class_name:['I2Regression']", NEW)
    text = with_keys("scikit_models_parameters", "model_type:'RandomForestRegressor'", text)
    found = imported(text.replace("    classifier : 'rf'\n", ""), folder)
    assert found.is_whole
    assert found.content["target"] == {"field": "CODE", "range": [1.0, 2.0]}
    assert found.content["model"] == {"type": "sklearn", "regressor": "RandomForestRegressor"}
    text = with_keys("builders", "builders_class_name:['I2Classification', 'I2Vectorization', 'I2Obia']", NEW)
    text = with_keys("simplification", "mmu:2000 douglas:5 hermite:10 dozip:True gridsize:2", text)
    found = imported(with_keys("obia", "stats_used:['mean', 'std']", text), folder)
    assert found.is_whole
    vectors = {"resolution_m": 20, "minimum_m2": 2000.0, "tolerance_m": 5.0, "smoothing": 1, "zip": True}
    assert found.content["vectors"] == vectors | {"fields": "oso"}
    assert found.content["objects"] == {"segmentation": "superpixels", "statistics": ["mean", "std"]}


def test_networks(folder):
    keys = "deep_learning_parameters:{dl_name:'LTAEClassifier', epochs:40, weighted_labels:True, num_workers:2, "
    keys += (
        "model_selection_criterion:'fscore', hyperparameters_solver:{'batch_size':[64], 'learning_rate':[0.1, 0.01]}}"
    )
    found = imported(with_keys("arg_train", keys + " features_from_raw_dates:True", NEW), folder)
    assert found.is_whole
    assert found.content["model"] == {
        "type": "network",
        "architecture": "attention",
        "input": "observations",
        "epochs": 40,
        "class_weights": "full",
        "criterion": "f1",
        "batch": 64,
        "search": {"grid": {"learning_rate": [0.1, 0.01]}},
    }
    text = with_keys("builders", "builders_class_name:['I2Regression']", with_keys("arg_train", keys, NEW))
    of_values = imported(text.replace("    classifier : 'rf'\n", ""), folder)
    assert of_values.content["model"] == {"type": "network", "architecture": "attention", "epochs": 40}


def test_rasters_are_found_by_tile_and_pattern(folder):
    for tile in ("T31TCJ", "T31TDJ"):
        write_raster(folder / f"mnt/of_{tile}/ALT_{tile}.tif", 1)
        write_raster(folder / f"mnt/of_{tile}/SLP_{tile}.tif", 2)
    text = with_keys("userFeat", "patterns:'ALT,SLP'", with_keys("chain", "userFeatPath:'{folder}/mnt'"))
    found = imported(text, folder)
    assert found.is_whole
    place = f"{folder}/mnt/of_{{tile}}"
    assert found.content["rasters"] == {
        "ALT": {"file": f"{place}/ALT_{{tile}}.tif", "number": 1, "resampling": "cubic"},
        "SLP_band_0": {"file": f"{place}/SLP_{{tile}}.tif", "number": 1, "resampling": "cubic"},
        "SLP_band_1": {"file": f"{place}/SLP_{{tile}}.tif", "number": 2, "resampling": "cubic"},
    }
    for arbo, told in (("../*", "leads out"), ("a**b", "is no pattern"), ("", "is no pattern")):
        hostile = text.replace("patterns:", f"arbo:'/{arbo}' patterns:")
        assert told in answer_of(imported(hostile, folder), "userFeatPath").text
    (folder / "mnt/of_T31TCJ/SLP_T31TCJ.tif").write_text("no raster")
    (lost,) = [one for one in imported(text, folder).answers if one.status in answers.LOST]
    assert "SLP_T31TCJ.tif: cannot be opened" in lost.text


S1 = """[Paths]
S1Images = {folder}/s1
SRTM = {folder}/srtm
GeoidFile = {folder}/egm96.tif
[Processing]
FilteringMode = mono
TemporalResolution = 6
[Filtering]
Window_radius = 3
"""


def test_radar_from_its_own_file(folder):
    for name in ("s1", "srtm", "egm96.tif"):
        (folder / name).mkdir()
    (folder / "s1.cfg").write_text(S1.replace("{folder}", str(folder)))
    text = with_keys("chain", "S1Path:'{folder}/s1.cfg'")
    found = imported(with_keys("argTrain", "dempster_shafer_SAR_Opt_fusion:True", text), folder)
    assert found.is_whole
    assert found.content["sensors"]["sentinel1_descending"] == {
        "type": "sentinel1_grd",
        "archive": f"{folder}/s1",
        "dem": f"{folder}/srtm",
        "heights": f"{folder}/egm96.tif",
        "step_days": 6,
        "filter": {"method": "lee", "radius": 3},
        "pass": "descending",
    }
    (folder / "egm96.tif").rmdir()
    (lost,) = [one for one in imported(text, folder).answers if one.status in answers.LOST]
    assert "egm96.tif is not there" in lost.text
    groups = found.content["sensor_fusion"]["groups"]
    assert groups == {"radar": ["sentinel1_ascending", "sentinel1_descending"], "optical": ["sentinel2"]}


LOST = [
    ("chain", "l8_usgs_infrared_path:'/l1'", "Level-1 images have no reader of their own"),
    ("chain", "spatialResolution2:[10, 20]", "no key `spatialResolution2` (did you mean `spatialResolution`?)"),
    ("chain", "userFeatPath:'/none'", "/none is not there"),
    ("argTrain", "sampleManagement:'/none.csv'", "/none.csv is not there"),
    ("argTrain", "cropMix:True", "name the earlier year in `years`"),
    ("argTrain", "cropMix:True\nannualCrop:[12, 31]", "samples.annual: {labels: [12, 31], year: ...}"),
    ("iota2FeatureExtraction", "acorfeat:True", "nearly without effect"),
    (
        "external_features",
        "exogeneous_data:'/x/$TILE.tif'\nmodule:'{folder}/f.py'\nfunctions:'f'",
        "exogeneous: /x/{tile}.tif",
    ),
    ("scikit_models_parameters", "model_type:'VotingClassifier'", "VotingClassifier is not among the classifiers"),
    ("builders", "builders_class_name:['MyOwn']", "no chain `MyOwn`"),
    ("mine", "anything:1", "no section `mine` of iota2 is known"),
]


@pytest.mark.parametrize(("section", "keys", "message"), LOST, ids=[one[1][:30] for one in LOST])
def test_what_is_lost_is_told_with_its_line(folder, section, keys, message):
    text = with_keys(section, keys)
    found = imported(text, folder)
    lost = next(one for one in found.answers if one.status in answers.LOST)
    assert message in lost.text
    assert text.splitlines()[lost.line - 1].startswith(keys[:10])
    assert not found.is_whole


ABSENT = [
    ("chain", "S1Path:'{folder}/s1.ini'", "s1.ini is not there"),
    ("chain", "l8Path:'{folder}/L-8/x'", "L-8/x is not there (did you mean {folder}/l8?)"),
    ("chain", "regionPath:'region.shp'", "{folder}/region.shp is not there"),
    (
        "chain",
        "regionPath:'{folder}/truth.gpkg' regionField:'regions'",
        "no field `regions` (did you mean `region`?)",
    ),
    ("chain", "obia_segmentation_path:'segments.tif'", "{folder}/segments.tif is not there"),
    ("coregistration", "VHRPath:'{folder}/no.tif'", "{folder}/no.tif is not there"),
    ("external_features", "module:'g.py' functions:'one'", "{folder}/g.py is not there"),
    ("chain", "userFeatPath:'/none'", "files of `ALT`, `ASP`, `SLP` cannot be named"),
    ("pretrained_model", "model:'/m.pickle' module:'/m.py'", "model: {type: frozen, file: ...}"),
    ("arg_trian", "sampler:1", "no section `arg_trian` (did you mean `arg_train`?)"),
]


@pytest.mark.parametrize(("section", "keys", "message"), ABSENT, ids=[one[1][:30] for one in ABSENT])
def test_what_is_not_there_is_told(folder, section, keys, message):
    """Paths are written as they will be looked for."""
    found = imported(with_keys(section, keys), folder)
    lost = next(one for one in found.answers if one.status in answers.LOST)
    assert message.replace("{folder}", str(folder)) in lost.text


def test_tiles_and_fields_that_files_lack_are_told(folder):
    found = imported(OLD.replace("T31TDJ", "T31TDK").replace("'CODE'", "'COD'"), folder)
    lost = {one.key: one.text for one in found.answers if one.status in answers.LOST}
    assert f"{folder}/s2 has no folder `T31TDK` (did you mean `T31TDJ`?)" in lost["chain.S2Path"]
    assert "has no field `COD` (did you mean `CODE`?)" in lost["chain.dataField"]


def test_what_the_file_does_not_say_is_told(folder):
    found = imported(OLD, folder)
    others = {one.key: one for one in found.answers if not one.line}
    assert others["years"].text == "`years: 2018`, of all products"
    assert {key for key, one in others.items() if one.status == answers.DIFFERENT} == {
        "autoDate",
        "chain.random_seed",
        "arg_train.features",
    }
    expected = "13 keys: 7 equal, 6 different; not in the file: 3 different, 3 added"
    assert answers.summary(found.answers) == expected


def test_several_years_are_one_map_as_told(folder, tmp_path):
    for year in ("2017", "2018"):
        (tmp_path / f"T31TCJ/SENTINEL2A_{year}0115-105804-037_L2A_T31TCJ_D_V1-7").mkdir(parents=True)
    text = OLD.replace("{folder}/s2", str(tmp_path)).replace("T31TCJ T31TDJ", "T31TCJ")
    (year,) = [one for one in imported(text, folder).answers if one.key == "years"]
    assert "from 2017-01-15 to 2018-01-15" in year.text
    assert "--year 2017" in year.text


def test_what_stands_twice_is_written_twice(folder, tmp_path):
    twice = {"a": 1}
    importing.write(importing.Imported({"one": twice, "two": twice}, {}, (), ()), tmp_path / "x", tmp_path / "y")
    assert "&id" not in (tmp_path / "y").read_text()


def test_no_text_of_the_file_nor_its_name_is_more_than_text(tmp_path):
    """Rare line breaks are read back as they were; after one in the name of the file is still a comment."""
    content = {
        "title": "a\u2028b\x85c\r\n  d",
        "tiles": ["?1+1", "é", "x" * 300 + " y"],
        "other": "__use_yte__: true",
    }
    source = Path("a\n__use_yte__: true\x85__use_yte__: true")
    importing.write(importing.Imported(content, {}, (), ()), source, tmp_path / "my.yaml")
    assert yaml.safe_load((tmp_path / "my.yaml").read_text()) == content


def test_paths_that_can_be_none_are_told(folder):
    for key in ("S2Path", "L5Path_old", "groundTruth", "nomenclaturePath", "userFeatPath"):
        for path in ("x" * 5000, "{folder}/names.txt", "a\0b"):
            text = with_keys("chain", f"{key}:'{path}'", re.sub(rf"{key}:.*", "", OLD))
            assert imported(text, folder, year=2018).answers


def test_years_are_asked_for_where_nothing_tells(folder):
    text = OLD.replace("{folder}/s2", "/nowhere")
    found = imported(text, folder)
    assert [one.key for one in found.answers if one.status == answers.MISSING] == ["chain.S2Path", "years"]
    assert imported(text, folder, year=2021).content["years"] == {2021: None}


def test_what_is_off_is_not_needed(folder):
    keys = "S1Path:'None' S2_L3A_Path : None enable_autoContext:False regionPath:'' features_from_raw_dates:False"
    text = with_keys("Sentinel_2_L3A", "temporalResolution:10 keepBands:['B2']", with_keys("chain", keys))
    found = imported(with_keys("Simplification", "umc1:10 inland:'/x.shp'", text), folder)
    assert found.is_whole
    assert found.content == imported(OLD, folder).content


def test_every_key_without_need_has_a_reason(folder):
    keys = "\n".join(f"{name}:1" for name in unneeded.REASONS if name != "model")
    found = imported(with_keys("chain", keys), folder)
    assert found.is_whole
    said = [one for one in found.answers if one.status == answers.UNNEEDED]
    assert len(said) == len(unneeded.REASONS) - 1
    assert len(answers.lines(found.answers)) == len(found.answers)


REAL = {
    "config_MultiRegions": {"model.min_samples_split": 5, "regions.names": ["1", "2"]},
    "config_scikitLearn": {
        "reference.train_fraction": 0.5,
        "model.parameters": {"min_samples_split": 25},
        "model.search": {"grid": {"n_estimators": [50, 100]}, "score": "accuracy", "folds": 5},
    },
    "config_samplesAugmentation": {
        "samples.augmentation": {"method": "jitter", "amount": "balance", "divisor": 10, "regions": ["1", "2"]}
    },
    "Config_4Tuiles_Multi_FUS_Confidence": {
        "sensors.landsat8.step_days": 16,
        "reference.train_fraction": 0.7,
        "samples.percent": 20.0,
        "samples.regions": {"4": {"sampler": "periodic"}},
        "features.expressions.landsat8_1.formula": "B1 + B2",
        "model.parameters": {"n_estimators": 100, "max_depth": 2},
    },
    "config_obia": {
        "model.trees": 400,
        "objects.statistics": ["mean"],
        "sensors.sentinel2.coregistration.band": "B4",
    },
    "reconfort_part1": {
        "samples.percent": 10.0,
        "samples.sampler": "periodic",
        "reference.split": "all",
        "features.only_functions": True,
        "features.indices": [],
        "map.probabilities": True,
    },
}


@pytest.mark.parametrize("name", REAL)
def test_real_configurations(shared_data, name):
    """Files that they name are not there: what is read from these is filled in."""
    document = reading.read(shared_data / "iota2_configurations" / f"{name}.cfg")
    found = importing.translated(document, Options("my", (), 2018))
    filled = {**found.content, "nomenclature": "classes.csv"}
    if "regions" in filled:
        filled["regions"] = {**filled["regions"], "names": ["1", "2"]}
    configuration.parse(filled)
    for place, value in REAL[name].items():
        assert value_at(filled, place) == value
    lines = {one.line for one in found.answers}
    assert {entry.line for entry in keys_of(document)} <= lines
    for one in found.answers:
        assert one.status != answers.MISSING or re.search(r"not there|give --year", one.text), one


def keys_of(block):
    """Return all keys within sections, those of mappings too."""
    for entry in block.entries:
        within = entry.value if isinstance(entry.value, reading.Block) else None
        yield from keys_of(within) if within else [entry]


def test_the_command(folder, tmp_path, capsys):
    source, target = tmp_path / "iota2.cfg", tmp_path / "new" / "my.yaml"
    source.write_text(with_keys("chain", "l8_usgs_infrared_path:'/l1'").replace("{folder}", str(folder)))
    assert main([str(source), "-o", str(target)]) == 1
    said = capsys.readouterr()
    assert re.search(r"line 4 +chain.l8_usgs_infrared_path +not available: Level-1", said.out)
    assert "1 not available" in said.out
    assert "--go-on" in said.err
    assert not target.exists()
    assert main([str(source), "-o", str(target), "--go-on"]) == 0
    assert f"--configfile {target}" in capsys.readouterr().out
    content = yaml.safe_load(target.read_text())
    assert content == imported(OLD, folder).content
    assert (target.parent / "my_classes.csv").read_text().startswith("label,name,color\n1,wheat")
    assert main([str(source), "-o", str(target), "--go-on"]) == 2
    assert re.search(r"my\.yaml and \S+my_classes\.csv are there already; remove them", capsys.readouterr().err)
    source.write_text("chain: {")
    assert main([str(source), "-o", str(target)]) == 2
    assert "iota2.cfg, line 1: expected `}`" in capsys.readouterr().err


EVERYTHING = with_keys(
    "chain",
    "cloud_threshold:1 runs:2 merge_final_classifications:True merge_final_classifications_ratio:0.1 "
    "enable_autoContext:True autoContext_iterations:2 obia_segmentation_path:'/s.tif' region_priority:['1']",
    with_keys(
        "argTrain",
        "sampleSelection:{'strategy':'percent', 'strategy.percent.p':0.2, 'per_model':[{'target_model':1}]} "
        "sampleAugmentation:{'activate':True, 'strategy':'smote', 'target_models':['1']} validityThreshold:3 "
        "samplesClassifMix:True deep_learning_parameters:{'hyperparameters_solver':{}} mode_outside_RegionSplit:1",
        with_keys(
            "external_features",
            "module:'/f.py' functions:'one' padding_size_x:3",
            with_keys("coregistration", "VHRPath:'/v.tif' bandSrc:3 prec:2", OLD),
        ),
    ),
)


def translated_or_refused(text):
    """Return whether a text is translated; if not, a message must name the line."""
    try:
        importing.translated(reading.of_text(text), Options("my", (), 2018))
    except InputError as error:
        return re.match(r"line \d+: ", str(error)) is not None
    return True


VALUE = r"""('[^']*'|"[^"]*"|\[[^\]]*\]|[\w.]+)"""


@pytest.mark.parametrize("value", ["'x'", "[]", "{}", "-7", "True", "[[1], {a:2}]", "{a:{b:1}}", "1e99", "1e999"])
def test_any_value_of_any_key_is_translated_or_refused_with_its_line(value):
    """No file is opened: nothing that is named is there."""
    keys = re.findall(r"'?([\w.]+)'? ?:(?! *\{)", EVERYTHING)
    assert len(keys) > 30
    for key in keys:
        text = re.sub(rf"('?{re.escape(key)}'? ?):\s*{VALUE}", rf"\1:{value}", EVERYTHING)
        assert translated_or_refused(text), key
