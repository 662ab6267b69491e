"""Architectures: networks on the series of a pixel, as modules of PyTorch.

All of them scale values inside, put 0 where nothing is valid, and see validity as one more channel. Each sensor has
an encoder of its own; what these give is concatenated, with features without a date, before the dense layers of the
head. Random numbers come from a generator of the network's own, so that several networks may be trained side by side.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

LARGEST = 8.0
"""Of a scaled value, in standard deviations of the training samples: what is beyond is cut."""

CONVOLUTIONS, WIDTH, KERNEL = 3, 64, 5
"""Of `tempcnn`: Pelletier, Webb and Petitjean 2019, Remote Sensing 11(5), 523."""

EMBEDDED, HEADS, KEY = (64, 128), 16, 8
"""Of `attention`: widths of the layers of each date, heads, and length of a key. Sainte Fare Garnot and Landrieu
2020, Lightweight temporal self-attention for classifying satellite image time series."""

LONGEST_DAYS = 1000.0
"""Of `attention`: period by which the sines of the days are made, as in its source."""

HIDDEN = -1e4
"""Score of a date that is not valid: a finite number, as a pixel may have no valid date at all."""

HEAD_LAYERS = {
    "mlp": ((512, 0.2), (512, 0.3), (512, 0.4)),
    "tempcnn": ((256, 0.5),),
    "attention": ((128, 0.2),),
}
"""Widths of the dense layers of the head, and the share that dropout takes of each, by architecture."""


class Dropout(nn.Module):
    """Dropout by a generator of its own: that of PyTorch is one for all threads."""

    def __init__(self, share: float, generator: torch.Generator) -> None:
        super().__init__()
        self.share, self.generator = share, generator

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Put a share of all values to 0 and enlarge the others, while the network is trained."""
        if not self.training:
            return x
        kept = torch.empty_like(x).bernoulli_(1 - self.share, generator=self.generator)
        return x * kept / (1 - self.share)


class Scaling(nn.Module):
    """Values as standard deviations from the mean of the training samples, and their validity beside them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("std", torch.ones(channels))

    def forward(self, values: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
        """Return scaled values, 0 where not valid: of the shape of ``values``."""
        return ((values - self.mean) / self.std).clamp(-LARGEST, LARGEST) * valid


class Encoder(nn.Module):
    """What all encoders have: they take the series of a sensor and give ``width`` numbers for each pixel."""

    width: int

    def __init__(self, dates: int, channels: int, generator: torch.Generator) -> None:
        super().__init__()
        self.scaling = Scaling(channels)

    def scaled(self, values: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
        """Return scaled values and validity, of shape (pixels, dates, channels + 1)."""
        there = valid.unsqueeze(-1).to(values.dtype)
        return torch.cat((self.scaling(values, there), there), -1)


class Flat(Encoder):
    """All values of all dates, side by side."""

    def __init__(self, dates: int, channels: int, generator: torch.Generator) -> None:
        super().__init__(dates, channels, generator)
        self.width = dates * (channels + 1)

    def forward(self, values: torch.Tensor, valid: torch.Tensor, days: torch.Tensor) -> torch.Tensor:
        """Return them, of shape (pixels, width)."""
        return self.scaled(values, valid).flatten(1)


class Convolutions(Encoder):
    """Convolutions along time."""

    def __init__(self, dates: int, channels: int, generator: torch.Generator) -> None:
        super().__init__(dates, channels, generator)
        layers: list[nn.Module] = []
        for before in (channels + 1, *[WIDTH] * (CONVOLUTIONS - 1)):
            layers += [nn.Conv1d(before, WIDTH, KERNEL, padding=KERNEL // 2), nn.BatchNorm1d(WIDTH), nn.ReLU()]
            layers += [Dropout(0.2, generator)]
        self.layers = nn.Sequential(*layers)
        self.width = WIDTH * dates

    def forward(self, values: torch.Tensor, valid: torch.Tensor, days: torch.Tensor) -> torch.Tensor:
        """Return their result for all dates side by side, of shape (pixels, width)."""
        return self.layers(self.scaled(values, valid).transpose(1, 2)).flatten(1)


class Attention(Encoder):
    """Lightweight temporal attention: each head weighs dates by one learnt query, whatever their number and order.

    Batch norm stands where its source has layer norm over channels and dates, which would tie it to their number.
    """

    def __init__(self, dates: int, channels: int, generator: torch.Generator) -> None:
        super().__init__(dates, channels, generator)
        layers: list[nn.Module] = []
        for before, after in zip((channels + 1, *EMBEDDED[:-1]), EMBEDDED, strict=True):
            layers += [nn.Linear(before, after), nn.BatchNorm1d(after), nn.ReLU()]
        self.each_date = nn.Sequential(*layers)
        self.width = EMBEDDED[-1]
        self.key = nn.Linear(self.width, HEADS * KEY)
        self.query = nn.Parameter(torch.zeros(HEADS, KEY))
        self.dropout = Dropout(0.1, generator)
        # No weights: where a network is built without memory, PyTorch would load its compiler for these few numbers.
        number = torch.arange(self.width // HEADS, device="cpu")
        rates = 1 / LONGEST_DAYS ** (2 * (number // 2) / len(number))
        self.register_buffer("rates", rates.repeat(HEADS), persistent=False)
        self.register_buffer("odd", (number % 2 == 1).repeat(HEADS), persistent=False)

    def start(self, generator: torch.Generator) -> None:
        """Draw the first queries and keys."""
        nn.init.normal_(self.query, std=math.sqrt(2 / KEY), generator=generator)
        nn.init.normal_(self.key.weight, std=math.sqrt(1 / self.width), generator=generator)
        nn.init.zeros_(self.key.bias)

    def forward(self, values: torch.Tensor, valid: torch.Tensor, days: torch.Tensor) -> torch.Tensor:
        """Return the weighted sums of all heads, of shape (pixels, width)."""
        pixels, dates = valid.shape
        angles = days.unsqueeze(-1) * self.rates
        positions = torch.where(self.odd, angles.cos(), angles.sin())
        x = self.each_date(self.scaled(values, valid).flatten(0, 1)).unflatten(0, (pixels, dates)) + positions
        # The query is the same for all pixels, so that query times key is one vector a head; the key's bias cancels.
        keys = self.key.weight.view(HEADS, KEY, self.width)
        vectors = torch.einsum("hk,hkw->hw", self.query, keys) / math.sqrt(KEY)
        scores = (x @ vectors.T).masked_fill(~valid.unsqueeze(-1), HIDDEN)
        weights = self.dropout(torch.softmax(scores, 1))
        return (weights.unsqueeze(-1) * x.view(pixels, dates, HEADS, -1)).sum(1).flatten(1)


ENCODERS: dict[str, type[Encoder]] = {"mlp": Flat, "tempcnn": Convolutions, "attention": Attention}
"""By architecture."""


class Trained(nn.Module):
    """What can be trained and kept: by a generator of its own, and by the names of its arrays."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = torch.Generator()

    def draw_by(self, seed: int) -> None:
        """Seed all that is drawn from here on."""
        self.generator.manual_seed(seed)

    def kept(self) -> dict[str, torch.Tensor]:
        """Return all weights and scales by name, without counters of batches, which nothing goes by."""
        return {name: one for name, one in self.state_dict().items() if not name.endswith("num_batches_tracked")}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return copies of all weights and scales by name, float32."""
        return {name: one.detach().numpy().copy() for name, one in self.kept().items()}

    def load_arrays(self, arrays: dict[str, np.ndarray]) -> None:
        """Take weights and scales of :meth:`arrays`."""
        self.load_state_dict({name: torch.tensor(one) for name, one in arrays.items()}, strict=False)


class Network(Trained):
    """A network: an encoder for each sensor, and a head.

    Parameters
    ----------
    architecture : str
        One of `ENCODERS`.
    shapes : sequence of (int, int)
        Dates and channels of each sensor.
    others, classes : int
        Features without a date; classes.
    """

    def __init__(self, architecture: str, shapes: Sequence[tuple[int, int]], others: int, classes: int) -> None:
        super().__init__()
        encoder = ENCODERS[architecture]
        self.encoders = nn.ModuleList(encoder(dates, channels, self.generator) for dates, channels in shapes)
        self.others = Scaling(others)
        layers: list[nn.Module] = []
        width = sum(one.width for one in self.encoders) + 2 * others
        for size, share in HEAD_LAYERS[architecture]:
            layers += [nn.Linear(width, size), nn.BatchNorm1d(size), nn.ReLU(), Dropout(share, self.generator)]
            width = size
        self.head = nn.Sequential(*layers, nn.Linear(width, classes))

    def start(self, seed: int) -> None:
        """Draw the first weights: as PyTorch's layers do, but by the network's own generator."""
        self.draw_by(seed)
        for layer in self.modules():
            if isinstance(layer, nn.Linear | nn.Conv1d):
                bound = 1 / math.sqrt(layer.weight[0].numel())
                nn.init.uniform_(layer.weight, -bound, bound, generator=self.generator)
                nn.init.uniform_(layer.bias, -bound, bound, generator=self.generator)
        for layer in self.modules():
            if isinstance(layer, Attention):
                layer.start(self.generator)

    def forward(
        self,
        series: Sequence[tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
        others: tuple[torch.Tensor, torch.Tensor],
    ) -> torch.Tensor:
        """Return the logits, of shape (pixels, classes).

        Parameters
        ----------
        series : sequence of (values, valid, days)
            Of each sensor: float32 of shape (pixels, dates, channels), bool of shape (pixels, dates), float32 of
            shape (dates,). A sensor that never saw a pixel gives 0 for it.
        others : (values, known)
            Features without a date: float32 and bool of shape (pixels, others).
        """
        parts = [
            encoder(values, valid, days) * valid.any(1, keepdim=True)
            for encoder, (values, valid, days) in zip(self.encoders, series, strict=True)
        ]
        values, known = others
        there = known.to(values.dtype)
        return self.head(torch.cat([*parts, self.others(values, there), there], 1))
