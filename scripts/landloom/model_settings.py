"""The section `model` of the configuration: the classifier, trained here or before."""

import re
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from landloom.section import FolderPath, PositiveInt, Section, Share


class RandomForestSettings(Section):
    """The classifier, trained on the samples."""

    type: Literal["random_forest"] = Field("random_forest", description="kind of classifier")
    trees: PositiveInt = Field(100, description="number of trees")
    max_depth: PositiveInt = Field(25, description="largest depth of a tree")
    min_samples_leaf: PositiveInt = Field(1, description="fewest training samples in a leaf")
    max_features: Literal["sqrt", "log2"] | PositiveInt | Share = Field(
        "sqrt", description="features tried at each split"
    )

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        return {
            "n_estimators": self.trees,
            "max_depth": self.max_depth,
            "min_samples_leaf": self.min_samples_leaf,
            "max_features": self.max_features,
        }


class FrozenSettings(Section):
    """Models trained before, to map with as they are: nothing is trained, and the polygons only test."""

    type: Literal["frozen"]
    file: FolderPath = Field(
        description="the models' files, as `results/{year}/models/{region}_run{run}.npz`; `{year}`, `{region}` and "
        "`{run}` are replaced. The output dates are those that the models were trained with"
    )

    @field_validator("file")
    @classmethod
    def _known_placeholders(cls, pattern: str) -> str:
        odd = set(re.findall(r"\{(.*?)\}", pattern)) - {"year", "region", "run"}
        if odd:
            raise ValueError(f"holds {sorted(odd)}; only {{year}}, {{region}}, {{run}} are known")
        return pattern

    def path(self, year: str, region: str, run: str) -> str:
        """Return the file of a model."""
        return self.file.replace("{year}", year).replace("{region}", region).replace("{run}", run)


def _kind_of_model(content: Any) -> str:
    """Return the type that a section of the configuration names, or the one it has by default."""
    default = RandomForestSettings.model_fields["type"].default
    return content.get("type", default) if isinstance(content, dict) else getattr(content, "type", default)


AnyModel = Annotated[
    Annotated[RandomForestSettings, Tag("random_forest")] | Annotated[FrozenSettings, Tag("frozen")],
    Discriminator(_kind_of_model),
]
