"""Evaluation of band formulas (:mod:`landloom.features.formulas`) for a block of pixels at a time.

Each opcode runs over all pixels of the block.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA, REFLECTANCE_SCALE
from landloom.features import formulas
from landloom.features.formulas import Expression
from landloom.timeseries.gap_filling import BLOCK

# Compiled code can read constants of its own module, not attributes of another one.
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
    """Compiled expressions of several formulas.

    Attributes
    ----------
    opcodes : ndarray of int32, shape (operations,)
        Opcodes of all formulas, concatenated.
    operands : ndarray of float64, shape (operations,)
        Position of the band to load, or a constant.
    ends : ndarray of int32, shape (formulas,)
        End of each formula.
    depth : int
        Largest number of values on the stack.
    """

    opcodes: np.ndarray
    operands: np.ndarray
    ends: np.ndarray
    depth: int


def joined(expressions: Sequence[Expression]) -> Expressions:
    """Concatenate the expressions of formulas."""
    codes = [code for expression in expressions for code in expression]
    return Expressions(
        np.array([code for code, _ in codes], np.int32),
        np.array([operand for _, operand in codes], np.float64),
        np.cumsum([len(expression) for expression in expressions], dtype=np.int32),
        max(map(_depth, expressions), default=1),
    )


def _depth(expression: Expression) -> int:
    """Return the depth of the stack: loads increase it, operations on two values decrease it."""
    steps = [1 if code <= formulas.LAST_LOAD else -1 if code > formulas.LAST_CHANGE else 0 for code, _ in expression]
    return int(max(np.cumsum(steps)))


@njit(cache=True)
def compute_block(expressions, rows, bands, dates, stack):
    """Compute the formulas of a block and write them below its bands.

    Parameters
    ----------
    expressions : Expressions
    rows : ndarray of int16, shape (at least dates * (bands + formulas), BLOCK)
        In: date by date, the bands, reflectance times 10000. Out, below them: formula by formula, the dates, as
        stored values: 0 where the formula is undefined (0/0), never -10000.
    bands, dates : int
    stack : ndarray of float64, shape (expressions.depth, BLOCK)
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


# Each opcode has its own loop: a branch within the loop would prevent vectorisation.


@njit(cache=True, error_model="numpy")
def _step(opcode, operand, rows, first, stack, top):
    """Execute one opcode for all pixels; return the new top of the stack."""
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
    """Push a constant or a band."""
    row = np.uint64(first + int(operand))
    if opcode == _CONSTANT:
        for pixel in range(BLOCK):
            stack[top, pixel] = operand
    elif opcode == _NUMBER:
        for pixel in range(BLOCK):
            stack[top, pixel] = rows[row, pixel]
    else:
        for pixel in range(BLOCK):
            stack[top, pixel] = rows[row, pixel] / float(REFLECTANCE_SCALE)


@njit(cache=True)
def _change(opcode, operand, rows, first, stack, top):
    """Apply an operation to the value on top of the stack."""
    row = np.uint64(first + int(operand))
    if opcode == _ADD_SQUARE_OF_NUMBER:
        for pixel in range(BLOCK):
            stack[top, pixel] += float(rows[row, pixel]) * float(rows[row, pixel])
    elif opcode == _NEGATIVE:
        for pixel in range(BLOCK):
            stack[top, pixel] = -stack[top, pixel]
    elif opcode == _SQUARE:
        for pixel in range(BLOCK):
            stack[top, pixel] *= stack[top, pixel]
    elif opcode == _ROOT:
        for pixel in range(BLOCK):
            stack[top, pixel] = np.sqrt(stack[top, pixel])
    else:
        _change_by_function(opcode, stack, top)


@njit(cache=True, error_model="numpy")
def _change_by_function(opcode, stack, top):
    """Apply a function to the value on top of the stack."""
    if opcode == _ABSOLUTE:
        for pixel in range(BLOCK):
            stack[top, pixel] = abs(stack[top, pixel])
    elif opcode == _LOGARITHM:
        for pixel in range(BLOCK):
            stack[top, pixel] = np.log(stack[top, pixel])
    else:
        for pixel in range(BLOCK):
            stack[top, pixel] = np.exp(stack[top, pixel])


@njit(cache=True, error_model="numpy")
def _combine(opcode, stack, left, right):
    """Replace the two top values of the stack by the result of an operation on them."""
    if opcode == _ADD:
        for pixel in range(BLOCK):
            stack[left, pixel] += stack[right, pixel]
    elif opcode == _SUBTRACT:
        for pixel in range(BLOCK):
            stack[left, pixel] -= stack[right, pixel]
    elif opcode == _MULTIPLY:
        for pixel in range(BLOCK):
            stack[left, pixel] *= stack[right, pixel]
    elif opcode == _DIVIDE:
        for pixel in range(BLOCK):
            stack[left, pixel] /= stack[right, pixel]
    elif opcode == _POWER:
        for pixel in range(BLOCK):
            stack[left, pixel] = stack[left, pixel] ** stack[right, pixel]
    elif opcode == _MINIMUM:
        for pixel in range(BLOCK):
            stack[left, pixel] = np.minimum(stack[left, pixel], stack[right, pixel])
    else:
        for pixel in range(BLOCK):
            stack[left, pixel] = np.maximum(stack[left, pixel], stack[right, pixel])


@njit(cache=True)
def _store(stack, rows, row):
    """Round the only value of the stack, halves up, clip it to -32767..32767 and avoid nodata."""
    for pixel in range(BLOCK):
        value = np.floor(stack[0, pixel] + 0.5)
        value = 0.0 if np.isnan(value) else min(max(value, -32767.0), 32767.0)
        rows[row, pixel] = np.int16(value if value != NODATA else value + 1)
