import numpy as np
import pytest
import spyndex

from landloom.core.errors import InputError
from landloom.features import formula_kernels, spectral_indices
from landloom.timeseries.gap_filling import BLOCK


def compute(index, filled, positions):
    """Return the index of all dates and pixels: (dates, pixels)."""
    dates, bands, pixels = filled.shape
    rows = np.zeros((dates * (bands + 1), BLOCK), np.int16)
    rows[: dates * bands, :pixels] = filled.reshape(-1, pixels)
    expressions = formula_kernels.joined([index.of_bands(positions, bands).expression])
    formula_kernels.compute_block(expressions, rows, bands, dates, np.empty((expressions.depth, BLOCK)))
    return rows[dates * bands :, :pixels]


LETTERS = ("B", "G", "R", "RE1", "RE2", "RE3", "N", "N2", "S1", "S2")
POSITIONS = {letter: position for position, letter in enumerate(LETTERS)}


@pytest.fixture
def filled():
    values = np.random.default_rng(0).integers(1, 7000, (4, 10, 200)).astype(np.int16)
    values[:, :, 7] = -10000
    values[2, :, 9] = 0
    return values


def possible():
    names = []
    for name, entry in spyndex.indices.items():
        needs = set(entry.bands)
        known = {one for one in needs if one in spyndex.bands}
        constants = needs - known
        if known <= set(LETTERS) and all(
            one in spyndex.constants and spyndex.constants[one].default is not None for one in constants
        ):
            names.append(name)
    return names


@pytest.mark.parametrize("name", possible())
def test_equals_spyndex(filled, name):
    index = spectral_indices.lookup(name)
    found = compute(index, filled, POSITIONS)
    parameters = {letter: filled[:, POSITIONS[letter]] / 10000 for letter in index.letters} | dict(index.constants)
    with np.errstate(all="ignore"):
        expected = np.broadcast_to(spyndex.computeIndex(name, parameters) * 1000, found.shape)
    usable = (filled[:, 0] != -10000) & np.isfinite(expected)
    clipped = np.clip(expected[usable], -32767, 32767)
    assert np.abs(found[usable] - clipped).max() <= 0.51


def test_many_indices_are_possible():
    assert len(possible()) > 100


def test_nothing_over_nothing_is_zero(filled):
    assert compute(spectral_indices.lookup("NDVI"), filled, POSITIONS)[2, 9] == 0


def test_brightness_is_the_norm_of_all_bands(filled):
    found = compute(spectral_indices.lookup("brightness"), filled, POSITIONS)
    expected = np.sqrt((filled.astype(float) ** 2).sum(axis=1))
    assert np.abs(found - np.minimum(expected, 32767)).max() <= 0.51


def test_unknown_index_and_missing_bands():
    with pytest.raises(InputError, match="spyndex has no index `NDVX`"):
        spectral_indices.lookup("NDVX")
    with pytest.raises(InputError, match=r"NDMI needs the bands \['N', 'S1'\]"):
        spectral_indices.check_indices(["NDVI", "NDMI"], {"s": {"a": "N", "b": "R"}})


def test_a_formula_is_never_run_as_code():
    evil = spectral_indices.Index("x", "__import__('os').getpid()", ("N",), {})
    with pytest.raises(InputError, match="cannot compute"):
        compute(evil, np.zeros((1, 10, 3), np.int16), POSITIONS)
