"""Networks built of an architecture: one of those here, or a class of a user's own."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from landloom.core.errors import InputError
from landloom.models.networks.architectures import Encoder, Network, Scaling, Trained
from landloom.models.networks.own_class import OwnClass
from landloom.models.networks.tensors import SeriesTensors

Shapes = Sequence[tuple[int, int]]
"""Dates and channels of each sensor."""

CLOSE = 1e-4
"""Of logits in a trial: what the other pixels of a batch may change by rounding."""

TRIED_PX = 12
"""Made-up pixels of a trial."""


class OwnNetwork(Trained):
    """A class of a user's own, given scaled values; its file is executed. Parameters as of :class:`Network`."""

    def __init__(self, own: OwnClass, shapes: Shapes, others: int, classes: int) -> None:
        super().__init__()
        self._told = own.told
        self.classes = classes
        # Named as those of other architectures, whose scales are found in the same way.
        self.encoders = nn.ModuleList(Encoder(dates, channels, self.generator) for dates, channels in shapes)
        self.others = Scaling(others)
        constructor = own.constructor()
        try:
            found = constructor([tuple(one) for one in shapes], others, classes, **own.arguments)
        except Exception as error:  # whatever the user's code may raise
            raise own.told(error) from None
        if not isinstance(found, nn.Module):
            raise InputError(f"{own.file}: `{own.name}` is no `torch.nn.Module`")
        self.own = found

    def draw_by(self, seed: int) -> None:
        """Seed all random numbers of PyTorch: those of the user's layers are one stream for all threads."""
        super().draw_by(seed)
        torch.manual_seed(seed)

    def forward(self, series: Sequence[SeriesTensors], others: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """Return the logits, of shape (pixels, classes): see :meth:`Network.forward`.

        Raises
        ------
        InputError
            Where the user's code raises an error or returns anything else; where it predicts what is no number.
        """
        given = [
            (encoder.scaling(values, valid.unsqueeze(-1).to(values.dtype)), valid, days)
            for encoder, (values, valid, days) in zip(self.encoders, series, strict=True)
        ]
        values, known = others
        try:
            logits = self.own(given, (self.others(values, known.to(values.dtype)), known))
        except Exception as error:  # whatever the user's code may raise
            raise self._told(error) from None
        expected = (len(values), self.classes)
        if not isinstance(logits, torch.Tensor) or logits.dtype != torch.float32 or logits.shape != expected:
            found = (
                f"{logits.dtype} of shape {tuple(logits.shape)}"
                if isinstance(logits, torch.Tensor)
                else type(logits).__name__
            )
            raise InputError(f"model.architecture: `forward` must return float32 of shape {expected}, not {found}")
        if not self.training and not torch.isfinite(logits).all():
            raise InputError("model.architecture: `forward` returned what is no number")
        return logits


def empty(architecture: str | OwnClass, shapes: Shapes, others: int, classes: int) -> Trained:
    """Return a network that is to take the weights of a model.

    Raises
    ------
    InputError
        Of a class of a user's own: where it may not be executed, raises an error, or is no network.
    """
    if isinstance(architecture, OwnClass):
        return OwnNetwork(architecture, shapes, others, classes)
    return Network(architecture, shapes, others, classes)


def started(architecture: str | OwnClass, shapes: Shapes, others: int, classes: int, seed: int) -> Trained:
    """Return a network with its first weights, drawn by a seed; raises as :func:`empty` does."""
    if isinstance(architecture, OwnClass):
        torch.manual_seed(seed)  # its constructor draws them
        return OwnNetwork(architecture, shapes, others, classes)
    network = Network(architecture, shapes, others, classes)
    network.start(seed)
    return network


def check(own: OwnClass, shapes: Shapes, others: int, classes: int) -> None:
    """Try a class of a user's own on made-up pixels, some of which no sensor ever saw.

    Raises
    ------
    InputError
        Where it cannot be built, trained or kept in a file, or the result of a pixel goes by the other pixels, their
        order or chance while nothing is trained.
    """
    network = started(own, shapes, others, classes, 1)
    odd = [name for name, one in network.kept().items() if one.dtype != torch.float32]
    if odd:
        raise InputError(
            f"model.architecture: {odd[0]} of `{own.name}` is not float32; give buffers of other types "
            "`persistent=False`"
        )
    if not any(one.requires_grad for one in network.own.parameters()):
        raise InputError(f"model.architecture: `{own.name}` has no parameters to train")
    series, rest = _made_up(shapes, others)
    loss = nn.functional.cross_entropy(network.train()(series, rest), torch.arange(TRIED_PX) % classes)
    if not loss.requires_grad:
        raise InputError(f"model.architecture: what `{own.name}` returns cannot be trained: it has no gradient")
    _differentiated(own, loss)
    network.eval()
    with torch.inference_mode():
        _check_alone(network, series, rest)


def _differentiated(own: OwnClass, loss: torch.Tensor) -> None:
    try:
        loss.backward()
    except RuntimeError as error:
        raise own.told(error) from None


def _made_up(shapes: Shapes, others: int) -> tuple[list[SeriesTensors], tuple[torch.Tensor, torch.Tensor]]:
    """Return made-up pixels, of which the first was never seen."""
    random = torch.Generator().manual_seed(1)
    series = []
    for dates, channels in shapes:
        valid = torch.rand(TRIED_PX, dates, generator=random) < 0.7
        valid[0] = False
        values = torch.randn(TRIED_PX, dates, channels, generator=random)
        series.append((values, valid, torch.arange(dates, dtype=torch.float32) * 10))
    known = torch.ones(TRIED_PX, others, dtype=torch.bool)
    known[0] = False
    return series, (torch.randn(TRIED_PX, others, generator=random), known)


def _check_alone(network: nn.Module, series: list[SeriesTensors], others: tuple[torch.Tensor, torch.Tensor]) -> None:
    """Raise where the result of a pixel goes by others or by chance."""
    found = network(series, others)
    if not torch.equal(network(series, others), found):
        raise InputError("model.architecture: `forward` gives other results each time while nothing is trained")
    order = torch.arange(TRIED_PX - 1, -1, -1)
    turned = network([(v[order], m[order], days) for v, m, days in series], tuple(one[order] for one in others))
    # All other pixels replaced by the first, which was never seen.
    alone = torch.zeros(TRIED_PX, dtype=torch.long)
    alone[-1] = TRIED_PX - 1
    single = network([(v[alone], m[alone], days) for v, m, days in series], tuple(one[alone] for one in others))
    changed = max(float((turned[order] - found).abs().max()), float((single[-1] - found[-1]).abs().max()))
    if changed > CLOSE * max(1.0, float(found.abs().max())):
        raise InputError(
            "model.architecture: the result of a pixel goes by the other pixels of its batch, or by their order: "
            f"logits differ by {changed:.2g}"
        )


def check_fit(network: Trained, arrays: dict[str, np.ndarray], own: OwnClass) -> None:
    """Raise InputError where the weights of a model are not those of its class."""
    expected = {name: tuple(one.shape) for name, one in network.kept().items()}
    found = {name: one.shape for name, one in arrays.items()}
    if expected != found:
        odd = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        raise InputError(
            f"model.architecture: `{own.name}` of {own.file} has other weights than the model, as {odd[0]}: of shape "
            f"{expected.get(odd[0], 'none')} and {found.get(odd[0], 'none')}"
        )
