"""Feature vectors that lie on a graphics card, where models on that card find them."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class CardMatrix:
    """Feature vectors on a card, in place of an array of the host.

    Attributes
    ----------
    there : array on the card, (vectors, features) int16
    rows : ndarray of int64, shape (pixels,)
        Those vectors that are meant, in their order.
    """

    there: Any
    rows: np.ndarray

    def __len__(self) -> int:
        """Return the number of pixels."""
        return len(self.rows)

    def __getitem__(self, chosen: np.ndarray) -> "CardMatrix":
        """Return some pixels, by a mask or by their positions."""
        return CardMatrix(self.there, self.rows[chosen])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return the vectors as an array of the host, for whoever has no kernel on the card."""
        found: np.ndarray = self.there.copy_to_host()[self.rows]
        return found if dtype is None else found.astype(dtype)
