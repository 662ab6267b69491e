"""How far an image is moved against another: by patches, and what most of them tell.

Edges stay where they are while crops grow and are cut: so the magnitudes of the gradients are compared, by their
cross-correlation. Its peak is found to a hundredth of a pixel by upsampled Fourier transforms (Guizar-Sicairos et al.
2008, Optics Letters 33, 156-158, as scikit-image does it).
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_erosion, gaussian_filter
from skimage.registration import phase_cross_correlation

STEPS_PER_PIXEL = 100
AGREEMENT_PX = 0.5
"""As far as patches' shifts may lie from that of the image."""

_EDGE_PX = 2
"""Around what is not clear: gradients there are of the cloud's edge. And the width to which weights fall off."""

_STRONGEST = 4.0
"""Standard deviations at which gradients are cut: a few bright roofs or missed clouds must not tell all."""


@dataclass(frozen=True)
class Consensus:
    """What patches tell together.

    Attributes
    ----------
    shift_px : (float, float)
        Rows and columns by which the image has to be moved to lie on the reference.
    agreeing : int
        Patches that tell so.
    spread_px : float
        Root of the mean square distance of theirs from it.
    """

    shift_px: tuple[float, float]
    agreeing: int
    spread_px: float


def edges(values: np.ndarray, clear: np.ndarray) -> np.ndarray:
    """Return how strong the edges of a patch are, without what is not clear and fading out towards its border.

    Parameters
    ----------
    values : ndarray of float, shape (rows, columns)
    clear : ndarray of bool, shape (rows, columns)

    Returns
    -------
    ndarray of float64, shape (rows, columns)
        Weighted, with a mean near 0; all 0 where nothing differs.
    """
    known = np.where(clear, values, 0.0)
    strength = np.hypot(*np.gradient(known))
    inner = binary_erosion(clear, iterations=_EDGE_PX, border_value=1)
    if not inner.any():
        return np.zeros(values.shape)
    mean, deviation = strength[inner].mean(), strength[inner].std()
    centred = np.minimum(strength, mean + _STRONGEST * deviation) - mean
    weight = gaussian_filter(inner.astype(np.float64), _EDGE_PX) * inner
    found: np.ndarray = centred * weight * np.outer(np.hanning(len(values)), np.hanning(values.shape[1]))
    return found


def patch_shift(reference_edges: np.ndarray, image_edges: np.ndarray) -> tuple[float, float] | None:
    """Return the rows and columns by which a patch has to be moved to lie on the reference; None if nothing tells."""
    if not (reference_edges.any() and image_edges.any()):
        return None
    shift, _, _ = phase_cross_correlation(
        reference_edges, image_edges, upsample_factor=STEPS_PER_PIXEL, normalization=None
    )
    return float(shift[0]), float(shift[1])


def consensus(shifts: np.ndarray) -> Consensus | None:
    """Return the shift that most patches agree on: the median of the largest set around one of them.

    Parameters
    ----------
    shifts : ndarray of float, shape (patches, 2)

    Returns
    -------
    Consensus or None
        None without any patch. Of sets of one size, the one with the least spread counts.
    """
    if not len(shifts):
        return None
    apart = np.hypot(*(shifts[:, None] - shifts[None]).transpose(2, 0, 1))
    near = apart <= AGREEMENT_PX
    order = np.lexsort((np.where(near, apart, 0.0).sum(axis=1), -near.sum(axis=1)))
    centre = np.median(shifts[near[order[0]]], axis=0)
    agree = np.hypot(*(shifts - centre).T) <= AGREEMENT_PX
    if not agree.any():
        return None
    middle = np.median(shifts[agree], axis=0)
    spread = float(np.sqrt(np.mean(np.sum((shifts[agree] - middle) ** 2, axis=1))))
    return Consensus((float(middle[0]), float(middle[1])), int(agree.sum()), spread)
