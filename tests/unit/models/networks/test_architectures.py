"""Architectures: their sizes as published, and what must change nothing."""

import math

import pytest

torch = pytest.importorskip("torch")

from landloom.models.networks.architectures import HEADS, KEY, Network  # noqa: E402

DATES, CHANNELS, CLASSES = 23, 4, 9


def network_of(architecture, shapes=((DATES, CHANNELS),), others=0, classes=CLASSES):
    network = Network(architecture, shapes, others, classes)
    network.start(3)
    return network.eval()


def series_of(pixels=11, dates=DATES, channels=CHANNELS, seed=1):
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(pixels, dates, channels, generator=generator)
    valid = torch.rand(pixels, dates, generator=generator) < 0.7
    return values, valid, torch.arange(dates, dtype=torch.float32) * 16


NOTHING = torch.zeros(11, 0), torch.zeros(11, 0, dtype=torch.bool)


@pytest.mark.parametrize(("architecture", "number"), [("mlp", 592_393), ("tempcnn", 423_049), ("attention", 43_657)])
def test_numbers_of_parameters(architecture, number):
    assert sum(one.numel() for one in network_of(architecture).parameters()) == number


@pytest.mark.parametrize("architecture", ["mlp", "tempcnn", "attention"])
def test_values_under_masks_change_nothing_and_an_unseen_pixel_is_finite(architecture):
    network = network_of(architecture, ((DATES, CHANNELS), (3, 2)), others=2)
    (values, valid, days), second = series_of(), series_of(11, 3, 2)
    valid[0] = False
    others = torch.ones(11, 2), torch.ones(11, 2, dtype=torch.bool)
    found = network([(values, valid, days), second], others)
    other = torch.where(valid.unsqueeze(-1), values, torch.full_like(values, 5.0))
    assert torch.equal(network([(other, valid, days), second], others), found)
    assert torch.isfinite(found).all()
    # A sensor that never saw a pixel says nothing of it, whatever its days.
    assert torch.equal(network([(values, valid, days + 40), second], others)[0], found[0])


def test_attention_knows_no_order_and_no_dates_that_are_never_valid():
    network = network_of("attention")
    values, valid, days = series_of()
    found = network([(values, valid, days)], NOTHING)
    order = torch.randperm(DATES, generator=torch.Generator().manual_seed(2))
    permuted = network([(values[:, order], valid[:, order], days[order])], NOTHING)
    assert (permuted - found).abs().max() < 1e-5
    more = torch.cat((values, values[:, :5]), 1), torch.cat((valid, valid[:, :5] & False), 1)
    longer = network([(*more, torch.cat((days, days[:5] + 3)))], NOTHING)
    assert (longer - found).abs().max() < 1e-5
    assert (network([(values, valid, days + 100)], NOTHING) - found).abs().max() > 1e-3


def test_attention_is_that_of_queries_and_keys():
    network = network_of("attention")
    values, valid, days = series_of()
    torch.nn.init.ones_(network.encoders[0].key.bias)  # cancels
    encoder = network.encoders[0]
    found = encoder(values, valid, days)
    angles = days.unsqueeze(-1) * encoder.rates
    positions = torch.where(encoder.odd, angles.cos(), angles.sin())
    x = encoder.each_date(encoder.scaled(values, valid).flatten(0, 1)).unflatten(0, valid.shape) + positions
    keys = encoder.key(x).view(*valid.shape, HEADS, KEY)
    scores = (keys * encoder.query).sum(-1) / math.sqrt(KEY)
    weights = torch.softmax(scores.masked_fill(~valid.unsqueeze(-1), -1e4), 1)
    expected = (weights.unsqueeze(-1) * x.view(*valid.shape, HEADS, -1)).sum(1).flatten(1)
    assert (found - expected).abs().max() < 1e-5


def test_dropout_draws_by_the_networks_own_generator():
    network, given = network_of("tempcnn").train(), [series_of()]
    results = []
    for _ in range(2):
        torch.manual_seed(len(results))
        network.generator.manual_seed(7)
        results.append(network(given, NOTHING))
    assert torch.equal(*results)
    assert not torch.equal(network(given, NOTHING), results[0])


def test_the_same_seed_gives_the_same_weights():
    one, two = network_of("attention").arrays(), network_of("attention").arrays()
    assert all((one[name] == two[name]).all() for name in one)
    assert not any("num_batches_tracked" in name for name in one)
