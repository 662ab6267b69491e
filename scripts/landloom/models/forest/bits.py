"""Sets of pixels as bits, one for each pixel of a block, and what processors do with 64 of them at a time.

A set takes WORDS words of 64 bits. Indices are unsigned: numba tests signed ones for negative values.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types

from landloom.core.vector_code import BYTE, INT, LONG, SHORT, in_all_lanes, instruction, pointer_to, usable
from landloom.models.forest.blocks import BLOCK

WORDS = BLOCK // 64
CUT = 6
"""Sets of fewer pixels are not split any more: their pixels walk one by one."""

BIT = ir.IntType(1)


@instruction
def split(
    typing: Any,
    columns: Any,
    column: Any,
    threshold: Any,
    old: Any,
    here: Any,
    new: Any,
    there: Any,
    masks: Any,
    left_row: Any,
    right_row: Any,
) -> Any:
    """Cut a set in two by the values of a column, and return the sizes of both parts.

    Parameters
    ----------
    columns : ndarray of int16, one dimension, aligned to 64 bytes
        Features of a block.
    column : int
        Where the feature begins, a multiple of 32.
    threshold : int16
        Pixels of greater values go right.
    old, new : ndarray of uint64, one dimension
        Sets: the one to cut begins at old[here]; the left part is written to new[there:], the right one behind it.
    masks : ndarray of uint64, one dimension
        In and out: the parts are added to the sets that begin at left_row and right_row.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        columns, column, threshold, old, here, new, there, masks, left_row, right_row = arguments

        def word(kind: Any, array: Any, start: Any, number: int) -> Any:
            at = builder.add(start, ir.Constant(LONG, number))
            return pointer_to(context, builder, kind, array, at, LONG)

        above = _above(context, builder, (kinds[0], columns, column), threshold)
        whole = [builder.load(word(kinds[3], old, here, number)) for number in range(WORDS)]
        right = [builder.and_(one, other) for one, other in zip(whole, above, strict=True)]
        left = [builder.xor(one, other) for one, other in zip(whole, right, strict=True)]
        for number, part in enumerate((*left, *right)):
            builder.store(part, word(kinds[5], new, there, number))
        for row, parts in ((left_row, left), (right_row, right)):
            for number, part in enumerate(parts):
                place = word(kinds[7], masks, row, number)
                builder.store(builder.or_(builder.load(place), part), place)
        return context.make_tuple(builder, signature.return_type, [_size(builder, left), _size(builder, right)])

    index = types.uint64
    given = (columns, index, types.int16, old, index, new, index, masks, index, index)
    return types.UniTuple(index, 2)(*given), code


def _above(context: Any, builder: Any, column: tuple[Any, Any, Any], threshold: Any) -> list[Any]:
    """Return a bit for each pixel of a block, by words: whether its value is above the threshold."""
    kind, columns, start = column
    vector = ir.VectorType(SHORT, 64)
    limit = in_all_lanes(builder, threshold, SHORT, 64)
    words = []
    for number in range(WORDS):
        at = builder.add(start, ir.Constant(LONG, 64 * number))
        values = builder.load(pointer_to(context, builder, kind, columns, at, vector), align=64)
        words.append(builder.bitcast(builder.icmp_signed(">", values, limit), LONG))
    return words


def _size(builder: Any, words: list[Any]) -> Any:
    """Return the number of bits that are set."""
    total = ir.Constant(LONG, 0)
    for word in words:
        total = builder.add(total, builder.ctpop(word))
    return total


@instruction
def first_pixels(typing: Any, sets: Any, place: Any) -> Any:
    """Return the CUT - 1 lowest pixels of the set that begins at sets[place]; BLOCK where it has fewer."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sets, place = arguments
        wide = ir.IntType(BLOCK)
        bits = builder.load(pointer_to(context, builder, signature.args[0], sets, place, wide), align=8)
        pixels = []
        for _ in range(CUT - 1):
            pixels.append(builder.trunc(builder.cttz(bits, ir.Constant(BIT, 0)), LONG))
            bits = builder.and_(bits, builder.sub(bits, ir.Constant(wide, 1)))
        return context.make_tuple(builder, signature.return_type, pixels)

    return types.UniTuple(types.uint64, CUT - 1)(sets, types.uint64), code


@instruction
def add_bits(typing: Any, counts: Any, place: Any, word: Any) -> Any:
    """Add 64 bits to the 64 counts (uint8) from counts[place] on."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        counts, place, word = arguments
        vector = ir.VectorType(BYTE, 64)
        pointer = pointer_to(context, builder, signature.args[0], counts, place, vector)
        more = builder.zext(builder.bitcast(word, ir.VectorType(BIT, 64)), vector)
        builder.store(builder.add(builder.load(pointer, align=1), more), pointer, align=1)
        return context.get_dummy_value()

    return types.void(counts, types.uint64, types.uint64), code


@instruction
def lowest(typing: Any, word: Any) -> Any:
    """Return the place of the lowest bit that is set; there must be one."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(BIT, 1))

    return types.uint64(types.uint64), code


@instruction
def fetch(typing: Any, array: Any, place: Any) -> Any:
    """Ask for the cache line of an element ahead of its use."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, place = arguments
        byte = BYTE.as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, INT, INT, INT])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        pointer = pointer_to(context, builder, signature.args[0], array, place, BYTE)
        builder.call(prefetch, [pointer, *(ir.Constant(INT, number) for number in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, types.uint64), code


@njit(cache=True)
def cut_one(columns, threshold, whole, parts, masks, counts):
    """Cut one set by the first column, count the pixels of its right part; return sizes and lowest pixels."""
    zero = np.uint64(0)
    fetch(columns, zero)
    sizes = split(columns, zero, threshold, whole, zero, parts, zero, masks, zero, np.uint64(WORDS))
    for word in range(WORDS):
        add_bits(counts, np.uint64(64 * word), parts[WORDS + word])
    return sizes, first_pixels(parts, np.uint64(WORDS)), lowest(whole[0])


def probe() -> bool:
    """Return whether all of the above does what it should: for :func:`landloom.core.vector_code.usable`."""
    values = np.arange(BLOCK, dtype=np.int16) * 37 % BLOCK
    columns = _aligned(values)
    inside = np.arange(BLOCK) % 3 > 0
    whole = np.packbits(inside, bitorder="little").view(np.uint64)
    parts, masks = np.zeros(2 * WORDS, np.uint64), np.zeros(2 * WORDS, np.uint64)
    counts = np.zeros(BLOCK, np.uint8)
    sizes, first, low = cut_one(columns, np.int16(100), whole, parts, masks, counts)
    right = inside & (values > 100)
    told = np.unpackbits(parts.view(np.uint8), bitorder="little").astype(bool)
    return (
        np.array_equal(told, np.concatenate((inside & ~right, right)))
        and np.array_equal(masks, parts)
        and np.array_equal(counts, right)
        and sizes == ((inside & ~right).sum(), right.sum())
        and list(first) == np.flatnonzero(right)[: CUT - 1].tolist()
        and low == np.flatnonzero(inside)[0]
    )


def are_fast() -> bool:
    """Return whether kernels may use sets of bits."""
    return usable(probe)


def _aligned(values: np.ndarray) -> np.ndarray:
    """Return a copy that begins at a multiple of 64 bytes."""
    room = np.zeros(values.size + 32, np.int16)
    skip = -room.ctypes.data % 64 // 2
    room[skip : skip + values.size] = values
    return room[skip : skip + values.size]
