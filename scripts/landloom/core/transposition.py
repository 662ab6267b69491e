"""Transposition of int16 by squares of 16 x 16 values, which stay in the registers of the processor."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types

from landloom.core.vector_code import INT, LONG, SHORT, instruction, pointer_to, usable

SIDE = 16
"""Values of a side of a square."""


@instruction
def turn(typing: Any, source: Any, places: Any, target: Any, start: Any, step: Any) -> Any:
    """Write 16 lines of 16 values as columns: value k of line i goes to target[start + k * step + i].

    Parameters
    ----------
    source : ndarray of int16, one dimension
    places : ndarray of int64, at least 16
        Where in the source each line begins.
    target : ndarray of int16, one dimension
        Out.
    start, step : int
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source, places, target, start, step = arguments
        kinds = signature.args
        vector = ir.VectorType(SHORT, SIDE)
        lines = []
        for line in range(SIDE):
            at = builder.load(pointer_to(context, builder, kinds[1], places, ir.Constant(LONG, line), LONG))
            lines.append(builder.load(pointer_to(context, builder, kinds[0], source, at, vector), align=2))
        for line, values in enumerate(_turned(builder, lines)):
            at = builder.add(start, builder.mul(step, ir.Constant(LONG, line)))
            builder.store(values, pointer_to(context, builder, kinds[2], target, at, vector), align=2)
        return context.get_dummy_value()

    return types.void(source, places, target, types.uint64, types.uint64), code


def _turned(builder: Any, lines: list[Any]) -> list[Any]:
    """Transpose a square: four times, each line is interleaved with the one half a square further on."""
    half = SIDE // 2
    order = [[first + lane // 2 + SIDE * (lane % 2) for lane in range(SIDE)] for first in (0, half)]
    low, high = (ir.Constant(ir.VectorType(INT, SIDE), lanes) for lanes in order)
    for _ in range(4):
        pairs = [(lines[number], lines[number + half]) for number in range(half)]
        lines = [builder.shuffle_vector(one, other, lanes) for one, other in pairs for lanes in (low, high)]
    return lines


@njit(cache=True)
def _turn_one(source, places, target):
    """Turn a square."""
    turn(source, places, target, np.uint64(0), np.uint64(SIDE))


def probe() -> bool:
    """Return whether a square comes out turned: for :func:`landloom.core.vector_code.usable`."""
    square = np.arange(SIDE * SIDE, dtype=np.int16)
    found = np.zeros_like(square)
    _turn_one(square, np.arange(0, SIDE * SIDE, SIDE), found)
    return np.array_equal(found.reshape(SIDE, SIDE), square.reshape(SIDE, SIDE).T)


def is_fast() -> bool:
    """Return whether kernels may call :func:`turn`."""
    return usable(probe)
