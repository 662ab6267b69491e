"""Models on a graphics card: those of families that have kernels for it; others stay on the processor."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from landloom.cards.choice import Proof
from landloom.core.registry import Registry
from landloom.models.interface import Model, StoredModel
from landloom.models.registry import entry_names, families_of

if TYPE_CHECKING:
    from landloom.cards.card import Card

CARDS = Registry(
    {
        "reduced": "landloom.models.card_reduced",
        "forest": "landloom.models.forest.card_walk",
    }
)
"""What puts models on cards, by the name of the family (:data:`landloom.models.registry.FAMILIES`): modules with

``on_card(model, card) -> Model``
    the model on a card; the model itself where it can't be there;
``proof(card) -> bool``
    whether made-up numbers come out there as on the processor, to the bit; of families that wrap no other.
"""


PRECISIONS = {"networks": "float32"}
"""By which numbers models predict, of families whose results go by it."""


def precision_of(paths: Iterable[str | os.PathLike[str]]) -> str:
    """Return by which numbers some models predict, by their files; empty where no result goes by it."""
    families = {family for path in paths for family in families_of(entry_names(path))}
    return ", ".join(sorted({PRECISIONS[family] for family in families & set(PRECISIONS)}))


def on_card(model: StoredModel, card: "Card | None") -> Model:
    """Return a model that predicts on a card; the model itself without a card, or where its family cannot."""
    if card is None or model.family not in CARDS:
        return model
    placed: Model = CARDS.load(model.family).on_card(model, card)
    return placed


def find_vectors_there(models: Iterable[Model]) -> bool:
    """Return whether all of some models take feature vectors that lie on their card (``FINDS_VECTORS``)."""
    return all(getattr(model, "FINDS_VECTORS", False) for model in models)


def proofs(paths: Iterable[str | os.PathLike[str]]) -> list[Proof]:
    """Return what proves that a card predicts as the processor does; none where no model can be there.

    Parameters
    ----------
    paths : iterable of path
        Files of models: of a model that wraps another, the inner one counts, if the outer can be there.
    """
    found = [families_of(entry_names(path)) for path in paths]
    inner = {families[-1] for families in found if families and set(families) <= set(CARDS)}
    return [_proof_of(family) for family in sorted(inner)]


def _proof_of(family: str) -> Proof:
    """Return the proof of a family; its kernels are loaded when it is called."""

    def proof(card: "Card") -> bool:
        return bool(CARDS.load(family).proof(card))

    return proof
