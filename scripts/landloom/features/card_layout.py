"""Which feature vectors a graphics card can make: those of bands, filled linearly, and of indices.

What has no kernel there is made on the processor, all of it: other methods of interpolation, statistics over time,
static rasters, functions of the user's own, and formulas with logarithms, exponentials or powers, whose last bits
differ from device to device.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from landloom.features import formulas
from landloom.features.formula_kernels import joined
from landloom.features.sensor_features import SensorFeatures
from landloom.features.vectors import Layout, Part

if TYPE_CHECKING:
    from landloom.cards.card import Card

METHOD = "linear"
"""The method of interpolation that has a kernel for cards."""

_DIFFERENT = {formulas.LOGARITHM, formulas.EXPONENTIAL, formulas.POWER}


def fits(layout: Layout) -> bool:
    """Return whether all feature vectors of a layout can be made on a card."""
    return layout.whole is None and all(map(_fits, layout.parts))


def _fits(part: Part) -> bool:
    if not isinstance(part, SensorFeatures) or part.interpolation.method != METHOD or part.choice.statistics:
        return False
    expressions = part.choice.expressions
    codes = {code for expression in expressions for code, _ in expression}
    return not codes & _DIFFERENT and joined(expressions).depth <= formulas.CARD_DEPTH


def on_card(layout: Layout, card: "Card") -> Layout:
    """Return a layout whose vectors are made on a card, for models there; the layout itself if it does not fit."""
    if not fits(layout):
        return layout
    from landloom.features import card_stack  # with the compiler for cards

    parts = [part for part in layout.parts if isinstance(part, SensorFeatures)]
    return replace(layout, stack=card_stack.CardStack(parts, card).stack)


def proof(card: "Card") -> bool:
    """Return whether a card makes the vectors of a made-up series as the processor does, to the bit."""
    from landloom.features import card_stack

    return card_stack.proof(card)
