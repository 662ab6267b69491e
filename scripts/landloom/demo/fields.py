"""Smooth random fields: relief, clouds, soils and the texture inside parcels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import map_coordinates


@dataclass(frozen=True)
class PlaneField:
    """A random field on a lattice of the common plane, read anywhere by bilinear interpolation.

    Parameters
    ----------
    values
        Field at the nodes, shape (rows, cols), rows going north.
    left_m, bottom_m
        Coordinates of node (0, 0).
    spacing_m
        Distance between nodes.
    """

    values: NDArray[np.float32]
    left_m: float
    bottom_m: float
    spacing_m: float

    def at(self, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the field at points of the plane, with the shape of `x_m`."""
        rows = (y_m - self.bottom_m) / self.spacing_m
        cols = (x_m - self.left_m) / self.spacing_m
        found: NDArray[np.float32] = map_coordinates(
            self.values, [rows, cols], order=1, mode="nearest", output=np.float32
        )
        return found


def power_law(
    rng: np.random.Generator, shape: tuple[int, int], spacing_m: float, slope: float, longest_m: float
) -> NDArray[np.float32]:
    """Draw a Gaussian random field with a power-law spectrum, flat beyond the longest wavelength.

    Parameters
    ----------
    rng
        Source of the numbers.
    shape
        Rows and columns.
    spacing_m
        Distance between nodes.
    slope
        Exponent of the amplitude spectrum; 0 is white noise, 2 and more is smooth.
    longest_m
        Wavelength above which there is no more power.

    Returns
    -------
    NDArray[np.float32]
        The field, mean 0, standard deviation 1.
    """
    white = rng.standard_normal(shape, dtype=np.float32)
    frequency = np.hypot(fft.fftfreq(shape[0], spacing_m)[:, None], fft.rfftfreq(shape[1], spacing_m)[None, :])
    amplitude = (np.maximum(frequency, 1 / longest_m) * longest_m) ** -slope
    field = fft.irfft2(fft.rfft2(white) * amplitude.astype(np.float32), s=shape)
    found: NDArray[np.float32] = ((field - field.mean()) / field.std()).astype(np.float32)
    return found


def plane_field(
    rng: np.random.Generator,
    bounds_m: tuple[float, float, float, float],
    spacing_m: float,
    slope: float,
    longest_m: float,
) -> PlaneField:
    """Draw a power-law field that covers `bounds_m` (left, bottom, right, top) of the common plane."""
    left, bottom, right, top = bounds_m
    shape = (int((top - bottom) / spacing_m) + 2, int((right - left) / spacing_m) + 2)
    return PlaneField(power_law(rng, shape, spacing_m, slope, longest_m), left, bottom, spacing_m)
