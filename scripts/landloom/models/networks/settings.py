"""Section of the configuration of neural networks."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from landloom.core.section import PositiveInt
from landloom.models.own_class_settings import OwnClassSettings, check_allowed
from landloom.models.settings import TrainedSettings, check_grid

FAMILY, SUFFIX = "networks", ".network"
"""Of the models: their name in the registry, and how the names of their files end."""

SEARCHED = ("batch", "learning_rate", "weight_decay", "date_dropping", "label_smoothing", "class_weights")
"""Keys that `search.grid` may hold."""

CLASS_SCORES = ("oa", "f1", "kappa")
"""By which validation polygons judge classes: overall accuracy, macro F1, kappa."""

VALUE_SCORES = ("rmse", "mae", "r2")
"""By which they judge values of a target: root mean square error, mean absolute error, R2."""

OWN = "own"
"""Name of all architectures that are classes of a user's own."""

DATE_DROPPING = 0.5
"""With observations, unless the section says otherwise."""


def _kind_of(architecture: Any) -> str:
    """Return whether an architecture is a name or a class, so that a wrong one has one message."""
    return "kind-class" if isinstance(architecture, dict | OwnClassSettings) else "kind-name"


Architecture = Annotated[
    Annotated[Literal["mlp", "tempcnn", "attention"], Tag("kind-name")]
    | Annotated[OwnClassSettings, Tag("kind-class")],
    Discriminator(_kind_of),
]


class NetworkSettings(TrainedSettings):
    """A neural network on the series of each pixel, trained with PyTorch (docs/networks.md; `make networks`)."""

    BY_EPOCHS: ClassVar[bool] = True
    MODELS: ClassVar[tuple[str, str]] = (FAMILY, SUFFIX)

    type: Literal["network"] = Field(description="kind of classifier; it decides the other keys")
    architecture: Architecture = Field(
        "tempcnn",
        description="`mlp`: dense layers; `tempcnn`: convolutions along time (Pelletier et al. 2019); `attention`: "
        "L-TAE (Sainte Fare Garnot and Landrieu 2020); or a class of your own",
    )
    allow_code: bool = Field(
        False, description="whether a file that `architecture` names may be executed, with your permissions"
    )
    input: Literal["filled", "observations"] = Field(
        "filled",
        description="`filled`: features on output dates; `observations`: with `features.interpolation: {method: "
        "none}`, values on the days of the acquisitions, invalid ones masked (`tempcnn` and `attention`)",
    )
    members: Annotated[int, Field(ge=1, le=50)] = Field(
        3, description="networks that are trained with different seeds; their probabilities are averaged"
    )
    epochs: Annotated[int, Field(ge=1, le=100_000)] = Field(100, description="most passes over the samples")
    patience: PositiveInt = Field(
        20,
        description="epochs without a better `criterion`, after the first fifth of all, after which training stops; "
        "the best weights are kept",
    )
    criterion: Literal["loss", "f1", "oa", "kappa", "rmse", "mae", "r2"] = Field(
        "loss",
        description="what is best on the validation polygons: least loss; highest macro F1, accuracy or kappa; with "
        "a `target`, least root mean square or mean absolute error, or highest R2",
    )
    loss: Literal["huber", "mse"] = Field(
        "huber",
        description="with a `target`, of errors in standard deviations of the values: their square, or `huber`, "
        "which grows with the error itself beyond 1 (Huber 1964). Classes have cross entropy",
    )
    validation_share: Annotated[float, Field(ge=0, le=0.5)] = Field(
        0.15,
        description="of the samples of each class, in whole training polygons, that no weights are fitted to; with "
        "0, all `epochs` are run and the last weights kept",
    )
    batch: Annotated[int, Field(ge=2, le=1_000_000)] = Field(
        128, description="samples of a step; fewer where an epoch would have less than 8 steps"
    )
    learning_rate: Annotated[float, Field(gt=0, le=10)] = Field(
        0.001, description="highest of the one-cycle schedule"
    )
    weight_decay: Annotated[float, Field(ge=0, le=10)] = Field(0.01, description="of AdamW")
    date_dropping: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        None,
        description="each sample of a batch loses a share of its dates, drawn between 0 and this; by default "
        f"{DATE_DROPPING} with `input: observations`, else 0",
    )
    class_weights: Literal["none", "root", "full"] = Field(
        "root", description="of the loss: equal, or (mean count / count of the class) to the power of 0.5 or of 1"
    )
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.1, description="share of the label that is spread evenly over all classes"
    )

    @model_validator(mode="after")
    def _fits(self) -> "NetworkSettings":
        if self.reduction:
            raise ValueError("reduction: components have no dates; leave it out with `type: network`")
        if self.architecture == "mlp" and self.input == "observations":
            raise ValueError(
                "architecture: mlp takes the same dates for all pixels; choose `attention` or `tempcnn` with "
                "`input: observations`"
            )
        check_allowed(self.architecture, self.allow_code)
        check_grid(self, SEARCHED)
        return self

    @property
    def dropped(self) -> float:
        """Return the largest share of its dates that a sample loses in a batch."""
        default = DATE_DROPPING if self.input == "observations" else 0.0
        return default if self.date_dropping is None else self.date_dropping

    def unfit(self, of_target: bool) -> dict[str, str]:
        """Return the keys with a value that is of classes, where there is a target, or the reverse, and why."""
        others, of = (CLASS_SCORES, "classes") if of_target else (VALUE_SCORES, "a `target`")
        found = {"criterion": f"{self.criterion} is of {of}"} if self.criterion in others else {}
        keys = ("class_weights", "label_smoothing") if of_target else ("loss",)
        return found | {key: f"is of {of}" for key in keys if self.says(key)}

    @property
    def classifier_name(self) -> str:
        """Return the name of the architecture."""
        return OWN if isinstance(self.architecture, OwnClassSettings) else self.architecture

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled: a network does so itself."""
        return True

    @property
    def repetitions(self) -> int:
        """Return how many classifiers of 100 epochs one training fits."""
        return -(-self.members * self.epochs // 100)

    def all_parameters(self) -> dict[str, Any]:
        """Return what of the section decides the weights."""
        own = isinstance(self.architecture, OwnClassSettings)
        left_out = {"type", "allow_code", "search", "reduction", "largest_training_area_km2"}
        return self.model_dump(exclude=left_out if own else {*left_out, "architecture"})


SECTIONS = (NetworkSettings,)
"""By the values of their key ``type``."""
