"""Strips of a tile that are segmented at a time, and the memory that they take: pure arithmetic."""

from dataclasses import dataclass

STRIP_ROWS = 1024
"""Rows of a strip: most of its time is its own, not that of the rows around, and 10 km of them fit into memory."""


def margin_px(side: int, iterations: int) -> int:
    """Return how far around a pixel others may count for its superpixel.

    A label after n assignments depends on the cells up to 2 n - 1 away. Whether the pixel is connected with its
    cluster, on two more; which cluster takes it if it is not, on one; and cells count as a whole.
    """
    return (2 * iterations + 4) * side


@dataclass(frozen=True)
class Segmentation:
    """How superpixels are found, as far as memory and time go by it.

    Attributes
    ----------
    side_px, iterations : int
        Of the superpixels.
    numbers : int
        That pixels are segmented by.
    """

    side_px: int
    iterations: int
    numbers: int

    @property
    def rows(self) -> int:
        """Return the rows of a strip with its margins."""
        return STRIP_ROWS + 2 * margin_px(self.side_px, self.iterations)

    def strip_bytes(self, columns: int) -> int:
        """Return the memory of segmenting a strip of a tile of so many columns."""
        held = self.rows + STRIP_ROWS // 2  # with windows of which the next strip has some rows
        cells = self.rows * columns // self.side_px**2
        return columns * (held * (2 * self.numbers + 1) * 2 + self.rows * 12) + cells * (12 * self.numbers + 40)

    @property
    def comparisons(self) -> float:
        """Return how often a number of a pixel is compared with those around, margins included."""
        return self.numbers * self.iterations * self.rows / STRIP_ROWS
