"""Which device kernels run on: the processor or, where a profile asks for it, a graphics card.

The profile says it as a resource of a rule (docs/gpu.md): resources are in no digest, and both devices give the same
numbers to the bit. A card has to prove that on made-up numbers, at the beginning of each job.
"""

import ctypes
import sys
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from landloom.core.errors import InputError
from landloom.core.text import shortened

if TYPE_CHECKING:
    from landloom.cards.card import Card

CPU, AUTO, CUDA = "cpu", "auto", "cuda"
DEVICES = (CPU, AUTO, CUDA)
"""What a profile may ask for: the processor; a card where one can be used; a card, or the job fails."""

DRIVER = "libcuda.so.1"
ADVICE = "`device: auto` or `cpu` in the profile's `set-resources` of `classify` goes on without (docs/gpu.md)"

Proof = Callable[["Card"], bool]
"""Runs kernels on a card and on the processor; returns whether they agree."""


def check_name(asked: object) -> str:
    """Return the name of a device.

    Raises
    ------
    InputError
        If it is none of :data:`DEVICES`.
    """
    if asked not in DEVICES:
        raise InputError(
            f"profile: `device` of `classify` is {shortened(str(asked))}; it must be one of {', '.join(DEVICES)}"
        )
    return str(asked)


def check_driver(asked: str) -> None:
    """Raise where a card is asked for that this machine cannot have; whether it computes rightly, the job finds out.

    Raises
    ------
    InputError
        If there is no driver of such cards.
    """
    if asked == CUDA:
        try:
            ctypes.CDLL(DRIVER)
        except OSError:
            raise InputError(
                f"device: cuda: this machine has no driver of NVIDIA's cards ({DRIVER}); {ADVICE}"
            ) from None


def resources_of(asked: str, said: Collection[str]) -> dict[str, int]:
    """Return what a job asks a cluster for, to have a card.

    Parameters
    ----------
    asked : str
        One of :data:`DEVICES`.
    said : collection of str
        Resources that the profile gives itself: a site's own `gpu` or `gres` stands alone.
    """
    return {} if asked == CPU or {"gpu", "gres"} & set(said) else {"gpu": 1}


def chosen(asked: str, proofs: Iterable[Proof]) -> "Card | None":
    """Return the card that kernels run on; None for the processor.

    Parameters
    ----------
    asked : str
        One of :data:`DEVICES`.
    proofs : iterable of Proof
        Of all kernels that the job has for cards; none where the card could do nothing.

    Raises
    ------
    InputError
        If a card is asked for and none can be used, or the name is wrong.
    """
    if check_name(asked) == CPU:
        return None
    card, reason = _usable(proofs)
    if card is None and asked == CUDA:
        raise InputError(f"device: cuda: no card can be used ({reason}); {ADVICE}")
    told = f"on {card.name}" if card else f"on the processor, since no card can be used ({reason})"
    print(f"device: {asked}: {told}", file=sys.stderr)
    return card


def _usable(proofs: Iterable[Proof]) -> "tuple[Card | None, str]":
    """Return the machine's card, if its numbers are those of the processor, or the reason why not."""
    wanted = list(proofs)
    if not wanted:
        return None, "nothing in this job has kernels for cards"
    try:
        from landloom.cards import card as cards  # the compiler for cards is only loaded where one is wanted

        card = cards.first()
        proven = all(proof(card) for proof in wanted)
    except Exception as error:  # whatever numba, the driver and the compiler of the driver raise
        return None, shortened(" ".join(str(error).split()) or type(error).__name__)
    return (card, "") if proven else (None, f"{card.name} computes other numbers than the processor")
