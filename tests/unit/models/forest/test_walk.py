"""Both walks of a forest, by sets and by lists, give what a naive one does, and the same bits as each other."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

from landloom.core import vector_code
from landloom.models.forest import bits, walk
from landloom.models.forest.blocks import BLOCK, CHUNK, ONE_SHARE
from landloom.models.forest.conversion import from_sklearn
from naive import forest_fractions
from unit.models.forest.forests import SPREAD, made, pixels_for


@pytest.fixture(params=["sets", "lists"])
def kind(request, monkeypatch):
    """Walk by sets where they can be had, and by lists."""
    if request.param == "lists":
        monkeypatch.setattr(bits, "are_fast", lambda: False)
    elif not bits.are_fast():
        pytest.skip("no sets of bits on this processor, or kernels run without compilation")


SHAPES = {
    "plain": {},
    "leaves of several classes": {"mixed": 0.9},
    "trees of one leaf": {"depth": 0, "mixed": 0.5},
    "some trees of one leaf": {"leaf": 0.6, "mixed": 0.3},
    "one tree": {"trees": 1},
    "more trees than eight bits count": {"trees": 270, "depth": 4},
    "300 classes": {"classes": 300, "trees": 25},
    "two classes": {"classes": 2},
    "one feature": {"features": 1},
    "fewer features than a square": {"features": 15},
    "a square and one feature": {"features": 17},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_agrees_with_a_naive_walk(kind, shape):
    forest = made(**shape)
    pixels = pixels_for(forest, BLOCK + 45)
    found, expected = forest.predict_proba(pixels), forest_fractions(forest, pixels)
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() < 4e-7
    ordered = np.sort(expected, axis=1)
    clear = ordered[:, -1] - ordered[:, -2] > 1e-6
    assert np.array_equal(found.argmax(axis=1)[clear], expected.argmax(axis=1)[clear])


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    trees=st.integers(1, 45),
    depth=st.integers(0, 12),
    features=st.integers(1, 40),
    classes=st.integers(2, 9),
    mixed=st.sampled_from([0, 0.05, 1]),
    count=st.integers(1, 70),
)
def test_sets_and_lists_give_the_same_bits(seed, trees, depth, features, classes, mixed, count):
    forest = made(trees=trees, depth=depth, features=features, classes=classes, mixed=mixed, leaf=0.25, seed=seed)
    pixels = pixels_for(forest, count, seed)
    found = forest.predict_proba(pixels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bits, "are_fast", lambda: False)
        assert np.array_equal(found, forest.predict_proba(pixels))
    assert np.abs(found - forest_fractions(forest, pixels)).max() < 4e-7


def test_windows_threads_and_order_change_no_bit(kind):
    forest = made(depth=10, mixed=0.3)
    pixels = pixels_for(forest, CHUNK + 3 * BLOCK + 17)
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        alone = forest.predict_proba(pixels)
        numba.set_num_threads(before)
        assert np.array_equal(alone, forest.predict_proba(pixels))
    finally:
        numba.set_num_threads(before)
    for step in (1237, 4096, CHUNK + 1):
        parts = [forest.predict_proba(pixels[start : start + step]) for start in range(0, len(pixels), step)]
        assert np.array_equal(alone, np.concatenate(parts))
    shuffled = np.random.default_rng(3).permutation(len(pixels))
    assert np.array_equal(alone[shuffled], forest.predict_proba(pixels[shuffled]))
    few = [forest.predict_proba(pixels[number : number + 1]) for number in range(50)]
    assert np.array_equal(alone[:50], np.concatenate(few))


@pytest.mark.parametrize(
    "classifier",
    [
        ExtraTreesClassifier(30, random_state=1),
        RandomForestClassifier(30, min_samples_leaf=3, random_state=1),
        RandomForestClassifier(260, max_depth=6, random_state=1),
    ],
    ids=["extra trees", "several samples per leaf", "260 trees"],
)
def test_agrees_with_scikit_learn(kind, classifier):
    rng = np.random.default_rng(5)
    classes = rng.integers(0, 7, 900)
    values = (rng.normal(0, SPREAD, (7, 30))[classes] + rng.normal(0, SPREAD, (900, 30))).astype(np.int16)
    classifier.fit(values[:600], classes[:600])
    found = from_sklearn(classifier, [str(number) for number in range(30)], {}).predict_proba(values)
    expected = classifier.predict_proba(values)
    assert np.abs(found - expected).max() < 4e-7
    ordered = np.sort(expected, axis=1)
    clear = ordered[:, -1] - ordered[:, -2] > 1e-9
    assert np.array_equal(found.argmax(axis=1)[clear], expected.argmax(axis=1)[clear])


def test_no_pixel(kind):
    assert made().predict_proba(np.empty((0, 20), np.int16)).shape == (0, 5)


def test_shares_of_a_whole():
    assert walk.shares(np.array([1, 0.25], np.float32)).tolist() == [ONE_SHARE, ONE_SHARE // 4]


IN_A_PROCESS = """
import hashlib, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from unit.models.forest.forests import made, pixels_for
from landloom.models.forest import bits, walk
forest = made(depth=10, mixed=0.3, features=40)
found = forest.predict_proba(pixels_for(forest, 3000))
code = "".join(bits.cut_one.inspect_asm().values())
print(hashlib.sha256(found.tobytes()).hexdigest(), bits.are_fast(), *(f"%{kind}mm" in code for kind in "zyx"))
"""


def told_by_a_process(**environment):
    """Walk a forest with other settings of the compiler; return its digest and what it used."""
    code = [sys.executable, "-c", IN_A_PROCESS, str(Path(__file__).parents[3])]
    settings = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment
    done = subprocess.run(code, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def digest_here():
    forest = made(depth=10, mixed=0.3, features=40)
    return hashlib.sha256(forest.predict_proba(pixels_for(forest, 3000)).tobytes()).hexdigest()


def test_the_switch_gives_lists_and_the_same_bits():
    assert told_by_a_process(**{vector_code.SWITCH: "off"})[:2] == [digest_here(), "False"]


PROCESSORS = {"AVX-512": ("skylake-avx512", "z"), "AVX2": ("haswell", "y"), "SSE2": ("x86-64", "x")}


@pytest.mark.long
@pytest.mark.parametrize("name", PROCESSORS)
def test_instruction_sets_give_the_same_bits(name, tmp_path):
    """Without the features of this processor, which numba would add to any name."""
    processor, widest = PROCESSORS[name]
    known = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    if name != "SSE2" and {"AVX-512": "avx512vl", "AVX2": "avx2"}[name] not in known:
        pytest.skip(f"this processor has no {name}")
    found, sets, *vectors = told_by_a_process(
        NUMBA_CPU_NAME=processor, NUMBA_CPU_FEATURES="", NUMBA_CACHE_DIR=str(tmp_path)
    )
    assert (found, sets) == (digest_here(), "True")
    assert next(kind for kind, used in zip("zyx", vectors, strict=True) if used == "True") == widest
