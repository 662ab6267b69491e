"""Estimation of the offset between two images, by a consensus of patches.

Edges keep their position while crops grow and are cut. Therefore gradient magnitudes are compared by
cross-correlation. Its peak is found to a hundredth of a pixel by upsampled Fourier transforms (Guizar-Sicairos et al.
2008, Optics Letters 33, 156-158, as scikit-image does it).
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_erosion, gaussian_filter
from skimage.registration import phase_cross_correlation

STEPS_PER_PIXEL = 100
AGREEMENT_PX = 0.5
"""Largest deviation of a patch's shift from the image's shift, in pixels."""

_EDGE_PX = 2
"""Margin around invalid pixels, whose gradients are cloud edges; also the width over which weights fall off."""

_STRONGEST = 4.0
"""Standard deviations at which gradients are clipped, so that a few bright roofs or missed clouds do not dominate."""


@dataclass(frozen=True)
class Consensus:
    """Consensus of the patches.

    Attributes
    ----------
    shift_px : (float, float)
        Rows and columns by which the image has to be shifted to match the reference.
    agreeing : int
        Number of patches that agree.
    spread_px : float
        Root mean square distance of their shifts from it.
    """

    shift_px: tuple[float, float]
    agreeing: int
    spread_px: float


def edges(values: np.ndarray, clear: np.ndarray) -> np.ndarray:
    """Return the weighted edge strength of a patch: invalid pixels are excluded, weights fade towards the border.

    Parameters
    ----------
    values : ndarray of float, shape (rows, columns)
    clear : ndarray of bool, shape (rows, columns)

    Returns
    -------
    ndarray of float64, shape (rows, columns)
        Weighted, with a mean near 0; all 0 for a homogeneous patch.
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
    """Return the shift of a patch onto the reference in rows and columns; None if it cannot be estimated."""
    if not (reference_edges.any() and image_edges.any()):
        return None
    shift, _, _ = phase_cross_correlation(
        reference_edges, image_edges, upsample_factor=STEPS_PER_PIXEL, normalization=None
    )
    return float(shift[0]), float(shift[1])


def consensus(shifts: np.ndarray) -> Consensus | None:
    """Return the shift on which most patches agree: the median of the largest set around one of them.

    Parameters
    ----------
    shifts : ndarray of float, shape (patches, 2)

    Returns
    -------
    Consensus or None
        None without patches. Among sets of equal size, the one with the smallest spread is used.
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
