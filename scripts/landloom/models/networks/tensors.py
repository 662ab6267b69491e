"""From feature vectors to what networks take, some at a time: all samples as floating point numbers would not fit."""

import numpy as np
import torch

from landloom.models.networks.inputs import Inputs

SeriesTensors = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Values, validity and days of a sensor: see :meth:`landloom.models.networks.architectures.Network.forward`."""


def tensors_of(inputs: Inputs, matrix: np.ndarray) -> tuple[list[SeriesTensors], tuple[torch.Tensor, torch.Tensor]]:
    """Return what a network takes of some pixels: the series of each sensor, and features without a date.

    Parameters
    ----------
    inputs : Inputs
    matrix : ndarray of int16, shape (pixels, features)
    """
    series = []
    for one in inputs.series:
        values, valid = one.read(matrix)
        days = torch.tensor(one.days, dtype=torch.float32)
        series.append((torch.from_numpy(values), torch.from_numpy(valid), days))
    values, known = inputs.others_of(matrix)
    return series, (torch.from_numpy(values), torch.from_numpy(known))
