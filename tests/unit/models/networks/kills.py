"""Trainings that end within an epoch, as by a kill."""

from contextlib import contextmanager

import pytest

from landloom.models.networks import training_loop


@contextmanager
def killed_in_epoch(number):
    """End the training that is within, and expect it to."""
    judged = training_loop.Training._judged

    def killed(training, epoch, loss):
        if epoch == number:
            raise KeyboardInterrupt
        return judged(training, epoch, loss)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_loop.Training, "_judged", killed)
        with pytest.raises(KeyboardInterrupt):
            yield
