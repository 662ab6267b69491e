"""Section `cross_validation` of the configuration: accuracy estimated from the training samples."""

from typing import Annotated

from pydantic import Field

from landloom.core.section import PositiveInt, Section
from landloom.training_set.settings import SuspectedSettings

FEW_POLYGONS = 50
"""Below this number of polygons of a region and run, each is a fold."""


class CrossValidationSettings(Section):
    """Accuracy from folds of the training samples: of pixels, of whole polygons, of whole spatial blocks.

    Pixels of a polygon are similar: if some of them train and others test, the accuracy is overestimated. Folds of
    whole polygons and whole blocks show by how much.
    """

    folds: Annotated[int, Field(ge=2, le=20)] = Field(
        5,
        description="number of folds; each is predicted by models of the others. A class with fewer polygons is in "
        "as many folds as it has; below 50 polygons of a region and run, each polygon is a fold",
    )
    block_m: Annotated[float, Field(gt=0, le=1e6)] = Field(10_000.0, description="side of a block in metres")
    samples_per_class: PositiveInt = Field(
        500, description="largest number of training samples of a class in a fold, for speed"
    )
    importance: bool = Field(
        True,
        description="importance of each sensor, date and band: loss of accuracy, of R2 with a `target`, in folds of "
        "whole polygons if its features are shuffled; takes long with classifiers that are slow to predict, as `SVC`",
    )
    suspected: SuspectedSettings = Field(
        SuspectedSettings(),  # type: ignore[call-arg]
        description="polygons suspected to be mislabelled",
    )

    @property
    def most_folds(self) -> int:
        """Return how many models are trained at most: for folds of pixels, of polygons and of blocks."""
        return 2 * self.folds + max(self.folds, FEW_POLYGONS - 1)
