"""A network of your own: recurrent layers along time. docs/networks.md tells what it gets and returns.

model:
  type: network
  architecture: {file: my_network.py, class: Recurrent, arguments: {width: 64}}
  allow_code: true
"""

import torch
from torch import nn


class Recurrent(nn.Module):
    """Gated recurrent units that go through the series of each sensor forwards and backwards."""

    def __init__(self, shapes, others, classes, width=64):
        super().__init__()
        self.sensors = nn.ModuleList(
            nn.GRU(channels + 1, width, batch_first=True, bidirectional=True) for dates, channels in shapes
        )
        inside = 2 * width * len(shapes) + 2 * others
        self.head = nn.Sequential(nn.Linear(inside, 128), nn.ReLU(), nn.Dropout(0.3), nn.Linear(128, classes))

    def forward(self, series, others):
        """Return the logits of some pixels, of shape (pixels, classes)."""
        parts = []
        for layer, (values, valid, _days) in zip(self.sensors, series, strict=True):
            there = valid.unsqueeze(-1)
            states, _ = layer(torch.cat((values, there.to(values.dtype)), -1))
            # The mean of the states on valid dates; 0 where the sensor never saw the pixel.
            parts.append((states * there).sum(1) / there.sum(1).clamp(min=1))
        values, known = others
        return self.head(torch.cat([*parts, values, known.to(values.dtype)], 1))
