"""The walk of a forest on a graphics card: to the bit what :mod:`landloom.models.forest.walk` gives.

A block of threads takes some pixels, whose features lie in memory that its threads share, feature by feature: threads
side by side take pixels side by side, and the other threads other trees. Leaves of some trees at a time are counted
for each pixel and class by one thread, as integers, so that their order does not matter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numba
import numpy as np
from numba import cuda

from landloom.cards.card import WARP, Card, Lane
from landloom.cards.matrix import CardMatrix
from landloom.models.forest.blocks import ONE_SHARE
from landloom.models.forest.model import Forest
from landloom.models.forest.nodes import NODE
from landloom.models.interface import Model, SingleModel, check_matrix

SLICE = 4096
"""Pixels that go to the card together: a quarter of the chunks that are classified."""

TREES_AT_ONCE = 64
"""Trees between two counts: their leaves lie in shared memory, 8 KB."""

FEATURE_BYTES = 40960
"""Shared memory for the features of a block; with the leaves, what every card gives without being asked."""

FEATURE_ITEM = 2
"""Bytes of a feature."""

LEAVES = TREES_AT_ONCE * WARP


@dataclass(frozen=True, eq=False)
class CardForest(SingleModel):
    """A forest that walks on a card.

    Attributes
    ----------
    forest : Forest
        With at most :data:`FEATURE_BYTES` / 2 features.
    card : Card
    """

    FINDS_VECTORS: ClassVar[bool] = True

    forest: Forest
    card: Card

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the features, in their order."""
        return self.forest.feature_names

    @property
    def classes(self) -> np.ndarray:
        """Return the class codes, ascending, (classes,) int32."""
        return self.forest.classes

    @property
    def metadata(self) -> dict[str, str]:
        """Return what was kept with the model."""
        return self.forest.metadata

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Give the probability of each class: see :class:`landloom.models.interface.Model`.

        Parameters
        ----------
        features : ndarray or CardMatrix
            As there; or vectors that lie on this card.
        """
        if isinstance(features, CardMatrix):
            vectors = features.there
            return self._probabilities(len(vectors), lambda lane, some: vectors[some])[features.rows]
        check_matrix(features, len(self.feature_names))
        return self._probabilities(len(features), lambda lane, some: _sent(lane, features[some]))

    def _probabilities(self, pixels: int, on_card: Callable[[Lane, slice], Any]) -> np.ndarray:
        """Return the probabilities of some pixels; a function puts the features of a slice of them on the card."""
        probabilities = np.empty((pixels, self.classes.size), np.float32)

        def begin(lane: Lane, start: int) -> None:
            some = slice(start, start + SLICE)
            self._walk(lane, on_card(lane, some), probabilities[some])

        self.card.in_turns(range(0, pixels, SLICE), begin)
        return probabilities

    def _walk(self, lane: Lane, features: Any, probabilities: np.ndarray) -> None:
        """Begin to write the probabilities of pixels whose features are on the card."""
        shares = lane.there("shares", probabilities.shape, np.int64)
        made = lane.there("probabilities", probabilities.shape, np.float32)
        together = pixels_together(features.shape[1], self.card.threads)
        blocks = -(-len(probabilities) // together)
        shared = features.shape[1] * together * FEATURE_ITEM
        walk[blocks, self.card.threads, lane.stream, shared](features, *self._trees, together, shares, made)
        lane.fetch("fetched", made, probabilities)

    @cached_property
    def _trees(self) -> tuple[Any, ...]:
        """Return the arrays of the forest on the card."""
        return tuple(self.card.keep(array) for array in self.forest.trees)


def on_card(forest: Forest, card: Card) -> Model:
    """Return a forest that walks on a card; itself if not even one pixel's features fit into shared memory."""
    return CardForest(forest, card) if len(forest.feature_names) * FEATURE_ITEM <= FEATURE_BYTES else forest


def _sent(lane: Lane, features: np.ndarray) -> Any:
    """Send features of the host to the card."""
    pinned = lane.pinned("features", features.shape, np.int16)
    np.copyto(pinned, features)
    return lane.sent("features", pinned)


def pixels_together(features: int, threads: int) -> int:
    """Return the pixels of a block, a power of two: as many as shared memory holds the features of.

    Parameters
    ----------
    features : int
    threads : int
        Threads of a block, a power of two; each pixel has one at least.
    """
    pixels = min(WARP, threads)
    while pixels > 1 and features * FEATURE_ITEM * pixels > FEATURE_BYTES:
        pixels //= 2
    return pixels


@cuda.jit(cache=True)
def walk(features, nodes, roots, row_offsets, row_classes, row_shares, together, shares, probabilities):
    """Write the class probabilities of all pixels.

    Parameters
    ----------
    features : array, (pixels, features) int16
    nodes, roots, row_offsets, row_classes, row_shares : array
        As in :class:`landloom.models.forest.blocks.Trees`.
    together : int
        Pixels of a block; its dynamic shared memory holds their features.
    shares : array, (pixels, classes) int64
        Scratch: what the leaves add up to.
    probabilities : array, (pixels, classes) float32
        Out.
    """
    columns = cuda.shared.array(0, numba.int16)
    leaves = cuda.shared.array(LEAVES, numba.int32)
    strand, strands = cuda.threadIdx.x // together, cuda.blockDim.x // together
    place, first = cuda.threadIdx.x % together, cuda.blockIdx.x * together
    pixel = min(first + place, features.shape[0] - 1)  # beyond the last, it walks once more and is not written
    for feature in range(strand, features.shape[1], strands):
        columns[feature * together + place] = features[pixel, feature]
    classes, inside = shares.shape[1], min(together, features.shape[0] - first)
    for start in range(0, roots.size, TREES_AT_ONCE):
        cuda.syncthreads()  # features are there, and leaves have been counted
        trees = min(TREES_AT_ONCE, roots.size - start)
        for tree in range(strand, trees, strands):
            root = nodes[roots[start + tree]]
            leaves[tree * together + place] = row_of(root, nodes, columns, together, place)
        cuda.syncthreads()
        for entry in range(cuda.threadIdx.x, inside * classes, cuda.blockDim.x):
            number, kind = entry // classes, entry % classes
            before = shares[first + number, kind] if start > 0 else 0
            row_of_tree = leaves[number : trees * together : together]
            shares[first + number, kind] = before + share_of(
                row_of_tree, kind, classes, row_offsets, row_classes, row_shares
            )
    whole = np.float64(ONE_SHARE) * roots.size
    for entry in range(cuda.threadIdx.x, inside * classes, cuda.blockDim.x):  # each thread's own, as before
        number, kind = entry // classes, entry % classes
        mean = np.float64(shares[first + number, kind]) / whole
        probabilities[first + number, kind] = np.float32(mean)


@cuda.jit(device=True)
def row_of(node, nodes, columns, together, place):
    """Return the row of class fractions of the leaf that a pixel reaches from a node.

    Parameters
    ----------
    node : int64
        The node itself, not its number.
    nodes : array of int64
    columns : array of int16
        Features of the block, feature by feature.
    together, place : int
        Pixels of the block, and which of them walks.
    """
    while node >= 0:
        value = columns[(node & 0xFFFF) * together + place]
        node = nodes[(node >> 32) + (1 if value > (node << 32) >> 48 else 0)]
    return ~(node >> 32)


@cuda.jit(device=True)
def share_of(rows, kind, classes, row_offsets, row_classes, row_shares):
    """Return what some leaves give a class, in units of 1 / ONE_SHARE.

    Parameters
    ----------
    rows : array of int32
        The row of class fractions of each leaf.
    kind, classes : int
        The class and the number of classes: so many first rows are those of one class alone.
    row_offsets, row_classes, row_shares : array
        As in :class:`landloom.models.forest.blocks.Trees`.
    """
    total = numba.int64(0)
    for leaf in range(rows.size):
        row = rows[leaf]
        if row == kind:
            total += ONE_SHARE
        elif row >= classes:
            for entry in range(row_offsets[row], row_offsets[row + 1]):
                if row_classes[entry] == kind:
                    total += row_shares[entry]
    return total


def proof(card: Card) -> bool:
    """Return whether a card gives a made-up forest's probabilities as the processor does, to the bit."""
    random = np.random.default_rng(0)
    forest = _made_up(random)
    pixels = random.integers(-3, 4, (WARP + 1, len(forest.feature_names))).astype(np.int16)
    return np.array_equal(CardForest(forest, card).predict_proba(pixels), forest.predict_proba(pixels))


def _made_up(random: np.random.Generator) -> Forest:
    """Return a forest of complete trees, more than are counted at once, with leaves of one class and of several."""
    inner, trees = 7, TREES_AT_ONCE + 3
    size = 2 * inner + 1
    nodes = np.zeros(trees * size, NODE)
    number, root = np.arange(nodes.size) % size, np.arange(nodes.size) // size * size
    rows = random.integers(0, 5, nodes.size)
    nodes["child"] = np.where(number < inner, root + 2 * number + 1, ~rows)
    nodes["feature"] = np.where(number < inner, random.integers(0, 3, nodes.size), 0)
    nodes["threshold"] = np.where(number < inner, random.integers(-3, 4, nodes.size), 0)
    fractions = np.array([1, 1, 1, 0.25, 0.75, 1 / 3, 2 / 3], np.float32)
    return Forest(
        nodes=nodes,
        roots=np.arange(0, nodes.size, size),
        row_offsets=np.array([0, 1, 2, 3, 5, 7]),
        row_classes=np.array([0, 1, 2, 0, 2, 1, 2], np.uint16),
        row_fractions=fractions,
        feature_names=("a", "b", "c"),
        classes=np.arange(1, 4, dtype=np.int32),
        metadata={},
    )
