"""Formulas of bands (:mod:`landloom.features.formulas`) computed for a block of pixels at a time.

Each instruction runs over all pixels of the block.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA, REFLECTANCE_SCALE
from landloom.features import formulas
from landloom.features.formulas import Expression
from landloom.timeseries.gap_filling import BLOCK

# Compiled code takes numbers of a module, not members of another.
_NUMBER, _CONSTANT, _LAST_CHANGE = formulas.NUMBER, formulas.CONSTANT, formulas.LAST_CHANGE
_ADD_SQUARE_OF_NUMBER, _NEGATIVE, _SQUARE, _ROOT = (
    formulas.ADD_SQUARE_OF_NUMBER,
    formulas.NEGATIVE,
    formulas.SQUARE,
    formulas.ROOT,
)
_ABSOLUTE, _LOGARITHM = formulas.ABSOLUTE, formulas.LOGARITHM
_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = formulas.ADD, formulas.SUBTRACT, formulas.MULTIPLY, formulas.DIVIDE
_POWER, _MINIMUM = formulas.POWER, formulas.MINIMUM


class Expressions(NamedTuple):
    """Some formulas, ready to be computed.

    Attributes
    ----------
    opcodes : ndarray of int32, shape (instructions,)
        Of all formulas, one after the other.
    operands : ndarray of float64, shape (instructions,)
        Position of the band to load, or a constant.
    ends : ndarray of int32, shape (formulas,)
        Where each formula ends.
    depth : int
        Greatest number of values on the stack.
    """

    opcodes: np.ndarray
    operands: np.ndarray
    ends: np.ndarray
    depth: int


def joined(expressions: Sequence[Expression]) -> Expressions:
    """Put the programs of formulas one after the other."""
    codes = [code for expression in expressions for code in expression]
    return Expressions(
        np.array([code for code, _ in codes], np.int32),
        np.array([operand for _, operand in codes], np.float64),
        np.cumsum([len(expression) for expression in expressions], dtype=np.int32),
        max(map(_depth, expressions), default=1),
    )


def _depth(expression: Expression) -> int:
    """Return how high the stack grows: loads add to it, operations on two values take from it."""
    steps = [1 if code <= formulas.LAST_LOAD else -1 if code > formulas.LAST_CHANGE else 0 for code, _ in expression]
    return int(max(np.cumsum(steps)))


@njit(cache=True)
def compute_block(expressions, rows, bands, dates, stack):
    """Compute the formulas of a block, below its bands.

    Parameters
    ----------
    expressions : Programs
    rows : ndarray of int16, shape (at least dates * (bands + formulas), BLOCK)
        In: date by date, the bands, reflectance times 10000. Out, below them: formula by formula, the dates, as
        stored: 0 where the formula has no value (0/0), never -10000.
    bands, dates : int
    stack : ndarray of float64, shape (programs.depth, BLOCK)
        Working memory.
    """
    opcodes, operands, ends = expressions.opcodes, expressions.operands, expressions.ends
    start = 0
    for index in range(len(ends)):
        for date in range(dates):
            top = -1
            for position in range(start, ends[index]):
                top = _step(opcodes[position], operands[position], rows, date * bands, stack, top)
            _store(stack, rows, np.uint64((bands + index) * dates + date))
        start = ends[index]


# Each instruction has a loop of its own: a choice within the loop would keep the compiler from vectorising it.


@njit(cache=True, error_model="numpy")
def _step(opcode, operand, rows, first, stack, top):
    """Carry out one instruction for all pixels; return the new top of the stack."""
    if opcode <= _CONSTANT:
        _load(opcode, operand, rows, first, stack, np.uint64(top + 1))
        return top + 1
    if opcode <= _LAST_CHANGE:
        _change(opcode, operand, rows, first, stack, np.uint64(top))
        return top
    _combine(opcode, stack, np.uint64(top - 1), np.uint64(top))
    return top - 1


@njit(cache=True, error_model="numpy")
def _load(opcode, operand, rows, first, stack, top):
    """Put a constant or a band on top of the stack."""
    row = np.uint64(first + int(operand))
    if opcode == _CONSTANT:
        for place in range(BLOCK):
            stack[top, place] = operand
    elif opcode == _NUMBER:
        for place in range(BLOCK):
            stack[top, place] = rows[row, place]
    else:
        for place in range(BLOCK):
            stack[top, place] = rows[row, place] / float(REFLECTANCE_SCALE)


@njit(cache=True)
def _change(opcode, operand, rows, first, stack, top):
    """Apply an operation to the value on top of the stack."""
    row = np.uint64(first + int(operand))
    if opcode == _ADD_SQUARE_OF_NUMBER:
        for place in range(BLOCK):
            stack[top, place] += float(rows[row, place]) * float(rows[row, place])
    elif opcode == _NEGATIVE:
        for place in range(BLOCK):
            stack[top, place] = -stack[top, place]
    elif opcode == _SQUARE:
        for place in range(BLOCK):
            stack[top, place] *= stack[top, place]
    elif opcode == _ROOT:
        for place in range(BLOCK):
            stack[top, place] = np.sqrt(stack[top, place])
    else:
        _change_by_function(opcode, stack, top)


@njit(cache=True, error_model="numpy")
def _change_by_function(opcode, stack, top):
    """Apply a function to the value on top of the stack."""
    if opcode == _ABSOLUTE:
        for place in range(BLOCK):
            stack[top, place] = abs(stack[top, place])
    elif opcode == _LOGARITHM:
        for place in range(BLOCK):
            stack[top, place] = np.log(stack[top, place])
    else:
        for place in range(BLOCK):
            stack[top, place] = np.exp(stack[top, place])


@njit(cache=True, error_model="numpy")
def _combine(opcode, stack, left, right):
    """Put the result of an operation on the two values on top of the stack in the place of the first."""
    if opcode == _ADD:
        for place in range(BLOCK):
            stack[left, place] += stack[right, place]
    elif opcode == _SUBTRACT:
        for place in range(BLOCK):
            stack[left, place] -= stack[right, place]
    elif opcode == _MULTIPLY:
        for place in range(BLOCK):
            stack[left, place] *= stack[right, place]
    elif opcode == _DIVIDE:
        for place in range(BLOCK):
            stack[left, place] /= stack[right, place]
    elif opcode == _POWER:
        for place in range(BLOCK):
            stack[left, place] = stack[left, place] ** stack[right, place]
    elif opcode == _MINIMUM:
        for place in range(BLOCK):
            stack[left, place] = np.minimum(stack[left, place], stack[right, place])
    else:
        for place in range(BLOCK):
            stack[left, place] = np.maximum(stack[left, place], stack[right, place])


@njit(cache=True)
def _store(stack, rows, row):
    """Round the only value of the stack, halves up, kept within -32767..32767 and off what stands for no value."""
    for place in range(BLOCK):
        value = np.floor(stack[0, place] + 0.5)
        value = 0.0 if np.isnan(value) else min(max(value, -32767.0), 32767.0)
        rows[row, place] = np.int16(value if value != NODATA else value + 1)
