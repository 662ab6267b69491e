"""Models that are damaged, or made to fill memory or to run code."""

import io
import json
import pickle
import warnings
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fuzz import material
from fuzz.property import CANARY, refuses_or_accepts, run_with_little_memory, untouched, workplace
from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.forest import conversion
from landloom.models.forest import files as forest
from landloom.models.training_data import TrainingSet
from landloom.training import fitting
from landloom.training import settings as model_settings

NAMES = ("model.npz",)


@cache
def sound() -> dict[str, bytes]:
    """Return the entries of a small model."""
    random = np.random.default_rng(1)
    features, labels = random.integers(-100, 100, (200, 3)).astype(np.int16), random.integers(1, 4, 200)
    parameters = {"n_estimators": 3, "max_depth": 4}
    fitted = conversion.fit(features, labels, ["a", "b", "c"], 1, 1, parameters, {"key": "value"})
    with workplace() as folder:
        files.save(fitted, folder / "m.npz")
        with zipfile.ZipFile(folder / "m.npz") as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def load_and_predict(path: Path) -> None:
    """Use a model: if it is accepted, compiled code that checks no index must be safe with it."""
    model = forest.read(path)
    pixels = np.random.default_rng(2).integers(-300, 300, (100, len(model.feature_names))).astype(np.int16)
    found = model.predict_proba(pixels)
    assert found.shape == (100, model.classes.size)
    assert np.isfinite(found).all()


def array(value: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(value), **options)
    return buffer.getvalue()


def header(text: str, version: bytes = b"\x01\x00") -> bytes:
    """Return an array's header that claims what it likes, and no array."""
    return b"\x93NUMPY" + version + len(text).to_bytes(2, "little") + text.encode()


HEADERS = [
    "{'descr': '<i8', 'fortran_order': False, 'shape': (10000000000000,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': __import__('os').system('touch canary'), }",
    "{'descr': '<U1000000000', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': " + "(" * 200 + ")" * 200 + ", }",
    "not python at all",
    "",
]
one_byte = st.binary(min_size=0, max_size=3)
entries_of_a_model = st.sampled_from(
    ["description", "nodes", "roots", "row_offsets", "row_classes", "row_fractions", "classes"]
)
numbers = st.integers(-(2**31), 2**31 - 1) | st.sampled_from([-1, 0, 1, 2])


@given(data=st.data())
def test_damaged_file(data: st.DataObject):
    with workplace() as folder:
        write(folder / "model.npz", sound())
        content = (folder / "model.npz").read_bytes()
        (folder / "model.npz").write_bytes(data.draw(material.damaged(content)))
        with untouched(folder):
            refuses_or_accepts(load_and_predict, folder / "model.npz", names=NAMES)


@given(name=entries_of_a_model, data=st.data())
def test_damaged_entry(name: str, data: st.DataObject):
    """The checksum of the .zip is right, so that the damage reaches the arrays."""
    content = sound()[f"{name}.npy"]
    with workplace() as folder:
        damaged = data.draw(material.damaged(content) | st.sampled_from(HEADERS).map(header) | one_byte)
        write(folder / "model.npz", sound() | {f"{name}.npy": damaged})
        refuses_or_accepts(load_and_predict, folder / "model.npz", names=NAMES)


@given(
    name=st.sampled_from(["nodes", "roots", "row_offsets", "row_classes", "row_fractions", "classes"]), data=st.data()
)
def test_wrong_numbers(name: str, data: st.DataObject):
    values = np.load(io.BytesIO(sound()[f"{name}.npy"])).copy()
    for _ in range(data.draw(st.integers(1, 3))):
        place, value = data.draw(st.integers(0, values.size - 1)), data.draw(numbers)
        with np.errstate(all="ignore"):
            if values.dtype.names:
                field = data.draw(st.sampled_from(values.dtype.names))
                values[field][place] = np.array(value).astype(values[field].dtype)
            else:
                values[place] = np.array(value).astype(values.dtype)
    with workplace() as folder:
        write(folder / "model.npz", sound() | {f"{name}.npy": array(values)})
        refuses_or_accepts(load_and_predict, folder / "model.npz", names=NAMES)


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=4), max_leaves=5
)


@given(names=json_values, metadata=json_values, style=st.just(forest.FORMAT) | json_values)
@example(names="abc", metadata={}, style=forest.FORMAT)
@example(names=["a", "b", 3], metadata={}, style=forest.FORMAT)
def test_wrong_description(names: Any, metadata: Any, style: Any):
    text = json.dumps({"format": style, "feature_names": names, "metadata": metadata}).encode()
    with workplace() as folder:
        write(folder / "model.npz", sound() | {"description.npy": array(np.frombuffer(text, np.uint8))})
        refuses_or_accepts(load_and_predict, folder / "model.npz", names=NAMES)


@pytest.mark.parametrize("text", [b"[" * 10**5, b"[]", b"null", b'"x"', b"{}", b"\xff", b""])
def test_description_that_is_none(text: bytes, tmp_path: Path):
    write(tmp_path / "model.npz", sound() | {"description.npy": array(np.frombuffer(text, np.uint8))})
    assert refuses_or_accepts(load_and_predict, tmp_path / "model.npz", names=NAMES)


class Danger:
    def __reduce__(self) -> tuple:
        return (Path.touch, (Path(CANARY),))


@pytest.mark.parametrize("name", ["description", "nodes", "classes"])
def test_pickled_entry_is_not_opened(name: str):
    with workplace() as folder:
        for content in (array(np.array([Danger()], object), allow_pickle=True), pickle.dumps(Danger())):
            write(folder / "model.npz", sound() | {f"{name}.npy": content})
            assert refuses_or_accepts(load_and_predict, folder / "model.npz", names=NAMES)


LOAD = """
import sys
from landloom.training import fitting, settings as model_settings
from landloom.core.errors import InputError
from landloom.models.forest import files as forest
from landloom.models.training_data import TrainingSet
try:
    forest.read(sys.argv[1])
except InputError as error:
    print(error)
"""


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_bombs(method: int, tmp_path: Path):
    """What a header claims is not allocated, what a compressed entry holds is not unpacked."""
    claims = header("{'descr': '<i8', 'fortran_order': False, 'shape': (400000000,), }")
    body = b"\0" * (0 if method == zipfile.ZIP_STORED else 2**24)
    write(tmp_path / "model.npz", sound() | {"roots.npy": claims + body}, method)
    said = run_with_little_memory(LOAD, str(tmp_path / "model.npz"), megabytes=2500)
    assert "is compressed" in said if body else "roots is said to be of shape (400000000,)" in said


def test_description_of_an_unknown_version(tmp_path: Path):
    write(tmp_path / "model.npz", sound() | {"roots.npy": header(HEADERS[0], b"\x07\x00")})
    with pytest.raises(InputError, match=r"roots is in version \(7, 0\) of the format"):
        forest.read(tmp_path / "model.npz")


CLASSIFIERS = [
    "GaussianNB",
    "GradientBoostingClassifier",
    "HistGradientBoostingClassifier",
    "KNeighborsClassifier",
    "SVC",
]
SKOPS_NAMES = ("model.skops",)


@cache
def sound_estimator(name: str) -> dict[str, bytes]:
    """Return the entries of a small model of scikit-learn."""
    random = np.random.default_rng(1)
    few = {"GradientBoostingClassifier": {"n_estimators": 2}, "HistGradientBoostingClassifier": {"max_iter": 2}}
    content = {"type": "sklearn", "classifier": name, "parameters": few.get(name, {})}
    codes = random.integers(1, 4, 60).astype(np.int32)
    features = (random.integers(-100, 100, (60, 3)) + 40 * codes[:, None]).astype(np.int16)
    samples = TrainingSet(features, codes, codes * 10 + np.arange(60) % 4, ("a", "b", "c"))
    settings = model_settings.of_content(content)
    plan = fitting.TrainingPlan(settings, [np.arange(60)], lambda _: codes, lambda _: 1, 1, (), {"key": "value"})
    model = fitting.fit(samples, plan).model
    with workplace() as folder:
        files.save(model, folder / "m.skops")
        with zipfile.ZipFile(folder / "m.skops") as archive:
            return {entry: archive.read(entry) for entry in archive.namelist()}


def open_and_predict(path: Path) -> None:
    """Use a model as maps do: what is accepted predicts without leaving its arrays."""
    model = files.load(path)
    pixels = np.random.default_rng(2).integers(-300, 300, (50, len(model.feature_names))).astype(np.int16)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that are out of all bounds
        assert model.predict_proba(pixels).shape == (50, model.classes.size)


@given(name=st.sampled_from(CLASSIFIERS), data=st.data())
def test_damaged_estimator(name: str, data: st.DataObject):
    with workplace() as folder:
        write(folder / "model.skops", sound_estimator(name))
        content = (folder / "model.skops").read_bytes()
        (folder / "model.skops").write_bytes(data.draw(material.damaged(content)))
        with untouched(folder):
            refuses_or_accepts(files.load, folder / "model.skops", names=SKOPS_NAMES)


@given(name=st.sampled_from(CLASSIFIERS), data=st.data())
def test_damaged_entry_of_an_estimator(name: str, data: st.DataObject):
    """The checksum of the .zip is right, so that the damage reaches the arrays and their description."""
    content = sound_estimator(name)
    with workplace() as folder:
        entry = data.draw(st.sampled_from(sorted(content)))
        damaged = data.draw(material.damaged(content[entry]) | st.sampled_from(HEADERS).map(header) | one_byte)
        write(folder / "model.skops", content | {entry: damaged})
        with untouched(folder):
            refuses_or_accepts(files.load, folder / "model.skops", names=SKOPS_NAMES)


@given(name=st.sampled_from(CLASSIFIERS), data=st.data())
def test_wrong_numbers_of_an_estimator(name: str, data: st.DataObject):
    content = sound_estimator(name)
    entry = data.draw(st.sampled_from(sorted(one for one in content if one.endswith(".npy"))))
    values = np.load(io.BytesIO(content[entry])).copy().reshape(-1)
    shape = np.load(io.BytesIO(content[entry])).shape
    if values.size:
        place, value = data.draw(st.integers(0, values.size - 1)), data.draw(numbers)
        with np.errstate(all="ignore"):
            if values.dtype.names:
                field = data.draw(st.sampled_from(values.dtype.names))
                values[field][place] = np.array(value).astype(values[field].dtype)
            else:
                values[place] = np.array(value).astype(values.dtype)
    with workplace() as folder:
        write(folder / "model.skops", content | {entry: array(values.reshape(shape))})
        refuses_or_accepts(open_and_predict, folder / "model.skops", names=SKOPS_NAMES)


@given(name=st.sampled_from(CLASSIFIERS), data=st.data())
def test_wrong_values_of_an_estimator(name: str, data: st.DataObject):
    """Any value of the description of the object is another: loaders, types, modules, files, plain values."""
    content = sound_estimator(name)
    schema = json.loads(content["schema.json"])
    words = ["ObjectNode", "FunctionNode", "TypeNode", "ReduceNode", "os", "system", "builtins", "eval", "1.npy"]
    places = list(places_of(schema))
    holder, key = places[data.draw(st.integers(0, len(places) - 1))]
    holder[key] = data.draw(json_values | st.sampled_from(words))
    with workplace() as folder:
        write(folder / "model.skops", content | {"schema.json": json.dumps(schema).encode()})
        with untouched(folder):
            refuses_or_accepts(files.load, folder / "model.skops", names=SKOPS_NAMES)


def places_of(value: Any) -> Any:
    """Yield every place of a JSON document: what holds it, and its key there."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []:
        yield value, key
        yield from places_of(value[key])


@cache
def sound_reduced() -> dict[str, bytes]:
    """Return the entries of a small model of components."""
    features = np.random.default_rng(1).integers(-100, 100, (60, 4)).astype(np.int16)
    codes = (1 + np.arange(60) % 3).astype(np.int32)
    names = ("s_x_20180101", "s_y_20180101", "s_x_20180111", "s_x_20180121")
    samples = TrainingSet(features, codes, np.arange(60), names)
    settings = model_settings.of_content({"type": "random_forest", "trees": 2, "reduction": {"components": 2}})
    plan = fitting.TrainingPlan(settings, [np.arange(60)], lambda _: codes, lambda _: 1, 1, ("s",), {})
    model = fitting.fit(samples, plan).model
    with workplace() as folder:
        files.save(model, folder / "m.npz")
        with zipfile.ZipFile(folder / "m.npz") as archive:
            return {entry: archive.read(entry) for entry in archive.namelist()}


ENTRIES_OF_A_REDUCTION = [
    "reduction.json",
    *(f"reduction_{name}.npy" for name in ("columns", "column_offsets", "component_offsets", "means", "weights")),
]


@given(name=st.sampled_from(ENTRIES_OF_A_REDUCTION), data=st.data())
def test_damaged_entry_of_a_reduction(name: str, data: st.DataObject):
    damaged = data.draw(material.damaged(sound_reduced()[name]) | st.sampled_from(HEADERS).map(header) | one_byte)
    with workplace() as folder:
        write(folder / "model.npz", sound_reduced() | {name: damaged})
        refuses_or_accepts(open_and_predict, folder / "model.npz", names=NAMES)


@given(name=st.sampled_from(ENTRIES_OF_A_REDUCTION[1:]), data=st.data())
def test_wrong_numbers_of_a_reduction(name: str, data: st.DataObject):
    values = np.load(io.BytesIO(sound_reduced()[name])).copy()
    for _ in range(data.draw(st.integers(1, 3))):
        values[data.draw(st.integers(0, values.size - 1))] = data.draw(numbers | st.just(2**31) | st.just(-(2**62)))
    if data.draw(st.booleans()):
        values = values[: data.draw(st.integers(0, values.size))]
    with workplace() as folder:
        write(folder / "model.npz", sound_reduced() | {name: array(values)})
        refuses_or_accepts(open_and_predict, folder / "model.npz", names=NAMES)


@given(data=st.data())
def test_wrong_names_of_a_reduction(data: st.DataObject):
    names = json.loads(sound_reduced()["reduction.json"])
    holder, key = data.draw(st.sampled_from(list(places_of(names))))
    holder[key] = data.draw(json_values)
    with workplace() as folder:
        write(folder / "model.npz", sound_reduced() | {"reduction.json": json.dumps(names).encode()})
        refuses_or_accepts(open_and_predict, folder / "model.npz", names=NAMES)


def test_reduction_that_is_compressed(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "model.npz", "w") as archive:
        for name, content in sound_reduced().items():
            packed = zipfile.ZIP_DEFLATED if name == "reduction.json" else zipfile.ZIP_STORED
            archive.writestr(name, content + b" " * 10**6 * (packed != zipfile.ZIP_STORED), packed)
    with pytest.raises(InputError, match=r"reduction.json is compressed"):
        files.load(tmp_path / "model.npz")
