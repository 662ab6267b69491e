"""The section `cross_validation` of the configuration: what is learnt of the accuracy from the samples alone."""

from typing import Annotated

from pydantic import Field

from landloom.core.section import PositiveInt, Section
from landloom.training_set.settings import SuspectedSettings


class CrossValidationSettings(Section):
    """Accuracy told by folds of the training samples: of pixels, of whole polygons, of whole blocks of ground.

    Pixels of a polygon are alike: where some of them train and others test, the accuracy is too good. By how much is
    seen when whole polygons, and whole blocks, are left out.
    """

    folds: Annotated[int, Field(ge=2, le=20)] = Field(
        5, description="parts; each is predicted by models of the others"
    )
    block_m: Annotated[float, Field(gt=0, le=1e6)] = Field(10_000.0, description="side of a block in metres")
    samples_per_class: PositiveInt = Field(
        500, description="most samples of a class that a fold's models are trained with: they are to be quick"
    )
    importance: bool = Field(
        True,
        description="tell what each sensor, date and band brings: how much accuracy is lost in folds of whole "
        "polygons where its features are shuffled; takes long with classifiers that are slow to predict, as `SVC`",
    )
    suspected: SuspectedSettings = Field(SuspectedSettings(), description="suspicious polygons")  # type: ignore[call-arg]
