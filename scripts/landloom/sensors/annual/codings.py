"""Codings of annual layers: what the numbers of their files mean. Names and numbers only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Coding:
    """Meaning of the numbers of a kind of files.

    Attributes
    ----------
    count : int or None
        Number of bands of every file; None: any.
    letter, first, digits : str, int, int
        Names of bands that the files do not describe: a letter and a number of so many digits, from ``first`` on.
    steps_per_unit : int
        Stored number of the value 1.
    unit_vectors : bool
        Whether the bands of a pixel are a vector of length 1.
    licence, attribution : str
        What the maker asks for; empty where that is not known.
    """

    count: int | None
    letter: str
    first: int
    digits: int
    steps_per_unit: int
    unit_vectors: bool
    licence: str = ""
    attribution: str = ""

    def names(self, count: int) -> list[str]:
        """Return the names of all bands of a file that has so many."""
        return [f"{self.letter}{number:0{self.digits}}" for number in range(self.first, self.first + count)]


CODINGS = {
    "linear": Coding(None, "b", 1, 3, 1000, unit_vectors=False),
    "alphaearth": Coding(
        64,
        "A",
        0,
        2,
        10000,
        unit_vectors=True,
        licence="CC-BY-4.0",
        attribution="The AlphaEarth Foundations Satellite Embedding dataset is produced by Google and Google "
        "DeepMind.",
    ),
    "tessera": Coding(128, "b", 1, 3, 500, unit_vectors=False),
}
"""By the key ``values`` of a section."""
