"""Spectral indices computed from gap-filled bands, without evaluating text as code.

A formula becomes a short program for a stack of numbers, as of an old pocket calculator; compiled code runs it for a
block of pixels at a time, each instruction over all of them.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.errors import InputError
from landloom.gapfill import BLOCK
from landloom.index_catalogue import BRIGHTNESS, Index

INDEX_SCALE = 1000
"""Indices are stored as int16 times 1000."""

REFLECTANCE_SCALE = 10000

_NORMALISED_DIFFERENCE = re.compile(r"\((\w+)-(\w+)\)/\((\1)\+(\2)\)")

# What puts a value on the stack, what changes the topmost, and what makes one of the two topmost.
_NUMBER, _REFLECTANCE, _CONSTANT = 0, 1, 2
_ADD_SQUARE_OF_NUMBER, _NEGATIVE, _SQUARE, _ROOT = 3, 4, 5, 6
_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE, _POWER = 7, 8, 9, 10, 11
_OPERATIONS = {
    ast.Add: _ADD,
    ast.Sub: _SUBTRACT,
    ast.Mult: _MULTIPLY,
    ast.Div: _DIVIDE,
    ast.Pow: _POWER,
}


class Programs(NamedTuple):
    """The formulas of some indices, ready to be computed.

    Attributes
    ----------
    instructions : ndarray of int32, shape (instructions,)
        Of all formulas, one after the other.
    operands : ndarray of float64, shape (instructions,)
        Position of the band to load, or a constant.
    ends : ndarray of int32, shape (formulas,)
        Where each formula ends.
    depth : int
        Greatest number of values on the stack.
    """

    instructions: np.ndarray
    operands: np.ndarray
    ends: np.ndarray
    depth: int


def compile_formulas(indices: Sequence[Index], positions: Mapping[str, int], bands: int) -> Programs:
    """Turn the formulas of indices into programs.

    Parameters
    ----------
    indices : sequence of Index
    positions : dict of str: int
        Position of each standard letter among the bands.
    bands : int
        Number of bands.

    Raises
    ------
    InputError
        Where a formula has more than numbers, names, + - * / and **.
    """
    formulas = [_brightness(bands) if index.name == BRIGHTNESS else _program(index, positions) for index in indices]
    codes = [code for formula in formulas for code in formula]
    return Programs(
        np.array([code for code, _ in codes], np.int32),
        np.array([operand for _, operand in codes], np.float64),
        np.cumsum([len(formula) for formula in formulas], dtype=np.int32),
        max(map(_depth, formulas), default=1),
    )


def _depth(formula: Sequence[tuple[int, float]]) -> int:
    """Return how high the stack grows: loads add to it, operations on two values take from it."""
    return int(max(np.cumsum([1 if code <= _CONSTANT else -1 if code >= _ADD else 0 for code, _ in formula])))


def _brightness(bands: int) -> list[tuple[int, float]]:
    """Return the program of the Euclidean norm of all bands, a reflectance itself."""
    squares = [(_ADD_SQUARE_OF_NUMBER, float(band)) for band in range(bands)]
    return [(_CONSTANT, 0.0), *squares, (_ROOT, 0.0)]


def _program(index: Index, positions: Mapping[str, int]) -> list[tuple[int, float]]:
    """Return the program of a formula times 1000."""
    scale = ast.Constant(INDEX_SCALE)
    tree = ast.parse(index.formula, mode="eval").body
    # Dividing last and, where reflectances need no scale, by whole numbers: exact where the result is a half.
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        tree = ast.BinOp(ast.BinOp(tree.left, ast.Mult(), scale), ast.Div(), tree.right)
    else:
        tree = ast.BinOp(tree, ast.Mult(), scale)
    load = _NUMBER if _NORMALISED_DIFFERENCE.fullmatch(index.formula) else _REFLECTANCE
    names = {letter: (load, float(positions[letter])) for letter in index.letters}
    names |= {name: (_CONSTANT, float(value)) for name, value in index.constants.items()}
    return _translate(tree, names)


def _translate(node: ast.expr, names: Mapping[str, tuple[int, float]]) -> list[tuple[int, float]]:
    """Turn a syntax tree into a program: operands first, then what is done to them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return [(_CONSTANT, float(node.value))]
    if isinstance(node, ast.Name) and node.id in names:
        return [names[node.id]]
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = _translate(node.left, names), _translate(node.right, names)
        if isinstance(node.op, ast.Pow) and right in ([(_CONSTANT, 2.0)], [(_CONSTANT, 0.5)]):
            return [*left, (_SQUARE if right[0][1] == 2 else _ROOT, 0.0)]
        return [*left, *right, (_OPERATIONS[type(node.op)], 0.0)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [*_translate(node.operand, names), (_NEGATIVE, 0.0)]
    raise InputError(f"features.indices: cannot compute `{ast.unparse(node)}`")


@njit(cache=True)
def compute_block(programs, rows, bands, dates, stack):
    """Compute the indices of a block, below its bands.

    Parameters
    ----------
    programs : Programs
    rows : ndarray of int16, shape (dates * (bands + indices), BLOCK)
        In: date by date, the bands, reflectance times 10000. Out, below them: index by index, the dates, times 1000
        (the brightness: times 10000); 0 where the formula has no value (0/0).
    bands, dates : int
    stack : ndarray of float64, shape (programs.depth, BLOCK)
        Working memory.
    """
    instructions, operands, ends = programs.instructions, programs.operands, programs.ends
    start = 0
    for index in range(len(ends)):
        for date in range(dates):
            top = -1
            for position in range(start, ends[index]):
                top = _step(instructions[position], operands[position], rows, date * bands, stack, top)
            _store(stack, rows, np.uint64((bands + index) * dates + date))
        start = ends[index]


# Each instruction has a loop of its own: a choice within the loop would keep the compiler from vectorising it.


@njit(cache=True, error_model="numpy")
def _step(instruction, operand, rows, first, stack, top):
    """Carry out one instruction for all pixels; return the new top of the stack."""
    if instruction <= _CONSTANT:
        _load(instruction, operand, rows, first, stack, np.uint64(top + 1))
        return top + 1
    if instruction <= _ROOT:
        _change(instruction, operand, rows, first, stack, np.uint64(top))
        return top
    _combine(instruction, stack, np.uint64(top - 1), np.uint64(top))
    return top - 1


@njit(cache=True, error_model="numpy")
def _load(instruction, operand, rows, first, stack, top):
    """Put a constant or a band on top of the stack."""
    row = np.uint64(first + int(operand))
    if instruction == _CONSTANT:
        for place in range(BLOCK):
            stack[top, place] = operand
    elif instruction == _NUMBER:
        for place in range(BLOCK):
            stack[top, place] = rows[row, place]
    else:
        for place in range(BLOCK):
            stack[top, place] = rows[row, place] / float(REFLECTANCE_SCALE)


@njit(cache=True)
def _change(instruction, operand, rows, first, stack, top):
    """Apply an operation to the value on top of the stack."""
    row = np.uint64(first + int(operand))
    if instruction == _ADD_SQUARE_OF_NUMBER:
        for place in range(BLOCK):
            stack[top, place] += float(rows[row, place]) * float(rows[row, place])
    elif instruction == _NEGATIVE:
        for place in range(BLOCK):
            stack[top, place] = -stack[top, place]
    elif instruction == _SQUARE:
        for place in range(BLOCK):
            stack[top, place] *= stack[top, place]
    else:
        for place in range(BLOCK):
            stack[top, place] = np.sqrt(stack[top, place])


@njit(cache=True, error_model="numpy")
def _combine(instruction, stack, left, right):
    """Put the result of an operation on the two values on top of the stack in the place of the first."""
    if instruction == _ADD:
        for place in range(BLOCK):
            stack[left, place] += stack[right, place]
    elif instruction == _SUBTRACT:
        for place in range(BLOCK):
            stack[left, place] -= stack[right, place]
    elif instruction == _MULTIPLY:
        for place in range(BLOCK):
            stack[left, place] *= stack[right, place]
    elif instruction == _DIVIDE:
        for place in range(BLOCK):
            stack[left, place] /= stack[right, place]
    else:
        for place in range(BLOCK):
            stack[left, place] = stack[left, place] ** stack[right, place]


@njit(cache=True)
def _store(stack, rows, row):
    """Round the only value of the stack, halves up, kept within -32767..32767."""
    for place in range(BLOCK):
        value = np.floor(stack[0, place] + 0.5)
        value = min(max(value, -32767.0), 32767.0) if np.isfinite(value) else 0.0
        rows[row, place] = np.int16(value)
