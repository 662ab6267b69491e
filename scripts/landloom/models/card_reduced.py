"""A model of components on a graphics card: features are reduced on the processor, components classified there."""

from landloom.cards.card import Card
from landloom.models import placement
from landloom.models.interface import Model, StoredModel
from landloom.models.reduced import Reduced


def on_card(model: Reduced[StoredModel], card: Card) -> Model:
    """Return the model with what it wraps on a card; the model itself where that can't be there."""
    inner = placement.on_card(model.inner, card)
    return model if inner is model.inner else Reduced(model.reduction, inner)
