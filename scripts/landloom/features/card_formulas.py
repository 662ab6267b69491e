"""Band formulas, and feature vectors, on a graphics card: to the bit what the processor makes of a block.

Sums, products, quotients and roots of float64 are the same everywhere; logarithms, exponentials and other powers are
not, and :mod:`landloom.features.card_layout` lets no formula with those pass.
"""

import math

import numba
from numba import cuda

from landloom.cards.rounding import product64, quotient64, root64, total64
from landloom.core.stored_values import NODATA, REFLECTANCE_SCALE
from landloom.features import formulas

# Compiled code can read constants of its own module, not attributes of another one.
_NUMBER, _CONSTANT, _LAST_CHANGE = formulas.NUMBER, formulas.CONSTANT, formulas.LAST_CHANGE
_ADD_SQUARE_OF_NUMBER, _NEGATIVE, _SQUARE = formulas.ADD_SQUARE_OF_NUMBER, formulas.NEGATIVE, formulas.SQUARE
_ROOT, _ABSOLUTE = formulas.ROOT, formulas.ABSOLUTE
_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = formulas.ADD, formulas.SUBTRACT, formulas.MULTIPLY, formulas.DIVIDE
_MINIMUM, _DEPTH = formulas.MINIMUM, formulas.CARD_DEPTH
_SCALE = float(REFLECTANCE_SCALE)


@cuda.jit(cache=True)
def compute(opcodes, operands, ends, bands, dates, rows):
    """Compute the formulas of some pixels and write them below the bands; a thread for each pixel and date.

    Parameters
    ----------
    opcodes, operands, ends : array
        As in :class:`landloom.features.formula_kernels.Expressions`.
    bands, dates : int
    rows : array, (at least dates * (bands + formulas), pixels) int16
        In: date by date, the bands. Out, below them: formula by formula, the dates.
    """
    pixel, date = cuda.grid(2)
    if pixel >= rows.shape[1] or date >= dates:
        return
    stack = cuda.local.array(_DEPTH, numba.float64)
    start = 0
    for index in range(ends.size):
        top = -1
        for position in range(start, ends[index]):
            opcode, operand = opcodes[position], operands[position]
            if opcode <= _CONSTANT:
                top += 1
                stack[top] = loaded(opcode, operand, rows, date * bands, pixel)
            elif opcode == _ADD_SQUARE_OF_NUMBER:
                number = float(rows[date * bands + int(operand), pixel])
                stack[top] = total64(stack[top], product64(number, number))
            elif opcode <= _LAST_CHANGE:
                stack[top] = changed(opcode, stack[top])
            else:
                top -= 1
                stack[top] = combined(opcode, stack[top], stack[top + 1])
        rows[(bands + index) * dates + date, pixel] = stored(stack[0])
        start = ends[index]


@cuda.jit(device=True)
def loaded(opcode, operand, rows, first, pixel):
    """Return a constant or a band."""
    if opcode == _CONSTANT:
        return operand
    number = float(rows[first + int(operand), pixel])
    return number if opcode == _NUMBER else quotient64(number, _SCALE)


@cuda.jit(device=True)
def changed(opcode, value):
    """Return what an operation makes of a value."""
    if opcode == _NEGATIVE:
        return -value
    if opcode == _SQUARE:
        return product64(value, value)
    if opcode == _ROOT:
        return root64(value)
    return abs(value)


@cuda.jit(device=True)
def combined(opcode, left, right):
    """Return what an operation makes of two values; the lesser and greater of an undefined one are undefined."""
    if opcode == _ADD:
        return total64(left, right)
    if opcode == _SUBTRACT:
        return total64(left, -right)
    if opcode == _MULTIPLY:
        return product64(left, right)
    if opcode == _DIVIDE:
        return quotient64(left, right)
    if left != left or right != right:
        return left + right
    if opcode == _MINIMUM:
        return left if left <= right else right
    return left if left >= right else right


@cuda.jit(device=True)
def stored(value):
    """Return a value rounded, halves up, clipped to -32767..32767, other than nodata; 0 where it is undefined."""
    if value != value:
        return 0
    number = int(math.floor(min(max(value, -40000.0), 40000.0) + 0.5))  # noqa: RUF046 (on cards it is a float)
    number = min(max(number, -32767), 32767)
    return number if number != NODATA else number + 1


@cuda.jit(cache=True)
def to_vectors(rows, seen, chosen, vectors, column):
    """Write the feature vectors of some pixels; a thread for each feature and pixel.

    Parameters
    ----------
    rows : array, (rows, pixels) int16
    seen : array, (pixels,) bool
    chosen : array, (features,) int32
        Row of each feature.
    vectors : array, (pixels, features of all parts) int16
        Out, from a column on: -10000 for pixels that are not seen.
    column : int
    """
    feature, pixel = cuda.grid(2)
    if feature < chosen.size and pixel < vectors.shape[0]:
        vectors[pixel, column + feature] = rows[chosen[feature], pixel] if seen[pixel] else NODATA
