"""Steps of AdamW: the same bits as PyTorch's own."""

import pytest

torch = pytest.importorskip("torch")

from landloom.models.networks.optimizer import AdamW  # noqa: E402


def parameters():
    generator = torch.Generator().manual_seed(3)
    return [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in ((7, 5), (5,), (2,))]


def give_gradients(several, number):
    generator = torch.Generator().manual_seed(number)
    for one in several[:2]:  # the last has none
        one.grad = torch.randn(one.shape, generator=generator)


def test_they_are_those_of_pytorch_and_go_on_from_their_moments():
    ours, theirs = parameters(), parameters()
    named = list(zip("abc", ours, strict=True))
    optimizer, other = AdamW(named, 0.02), torch.optim.AdamW(theirs, weight_decay=0.02)
    for number in range(1, 8):
        rate, momentum = 0.001 * number, 0.95 - 0.01 * number
        give_gradients(ours, number)
        give_gradients(theirs, number)
        for group in other.param_groups:
            group["lr"], group["betas"] = rate, (momentum, 0.999)
        other.step()
        optimizer.step(number, rate, momentum)
        if number == 4:
            again = AdamW(named, 0.02)
            again.load_moments(*optimizer.moments())
            optimizer = again
    assert all(torch.equal(one, another) for one, another in zip(ours, theirs, strict=True))
    assert torch.equal(ours[2], parameters()[2])
    optimizer.forget_gradients()
    assert all(one.grad is None for one in ours)
