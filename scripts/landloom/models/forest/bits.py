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
CUT = 3
"""Sets of fewer pixels are not split any more: their pixels, one or two, walk by themselves."""

BIT = ir.IntType(1)
SET = ir.VectorType(LONG, WORDS)
LANES = 32
"""Values of a column that are compared at a time, as many as the widest vectors hold."""


@instruction
def compare(typing: Any, columns: Any, column: Any, threshold: Any, above: Any, place: Any) -> Any:
    """Write a bit for each pixel of a block: whether its value of a column is above a threshold.

    Parameters
    ----------
    columns : ndarray of int16, one dimension, aligned to 64 bytes
        Features of a block.
    column : int
        Where the feature begins, a multiple of 32.
    threshold : int16
    above : ndarray of uint64, one dimension
        Out: the bits are written to above[place:].
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        columns, column, threshold, above, place = arguments
        vector = ir.VectorType(SHORT, LANES)
        limit = in_all_lanes(builder, threshold, SHORT, LANES)
        out = pointer_to(context, builder, kinds[3], above, place, INT)
        for number in range(BLOCK // LANES):
            at = builder.add(column, ir.Constant(LONG, LANES * number))
            values = builder.load(pointer_to(context, builder, kinds[0], columns, at, vector), align=64)
            bits = builder.bitcast(builder.icmp_signed(">", values, limit), INT)
            builder.store(bits, builder.gep(out, [ir.Constant(LONG, number)]))
        return context.get_dummy_value()

    return types.void(columns, types.uint64, types.int16, above, types.uint64), code


@instruction
def cut(typing: Any, old: Any, here: Any, above: Any, place: Any, new: Any, there: Any) -> Any:
    """Cut a set in two, and return the size of the first part.

    Parameters
    ----------
    old, new : ndarray of uint64, one dimension
        Sets: the one to cut begins at old[here]; what goes left is written to new[there:], the rest behind it.
    above : ndarray of uint64, one dimension
        The pixels that go right, from above[place] on.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        old, here, above, place, new, there = arguments
        whole = builder.load(pointer_to(context, builder, kinds[0], old, here, SET), align=8)
        right = builder.and_(whole, builder.load(pointer_to(context, builder, kinds[2], above, place, SET), align=8))
        left = builder.xor(whole, right)
        out = pointer_to(context, builder, kinds[4], new, there, SET)
        for number, part in enumerate((left, right)):
            builder.store(part, builder.gep(out, [ir.Constant(LONG, number)]), align=8)
        return _size(builder, left)

    index = types.uint64
    return index(old, index, above, index, new, index), code


def _size(builder: Any, words: Any) -> Any:
    """Return the number of bits that are set."""
    total = ir.Constant(LONG, 0)
    for number in range(WORDS):
        word = builder.extract_element(words, ir.Constant(INT, number))
        total = builder.add(total, builder.ctpop(word))
    return total


@instruction
def join(typing: Any, masks: Any, row: Any, sets: Any, place: Any) -> Any:
    """Add the set that begins at sets[place] to the one that begins at masks[row]."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        masks, row, sets, place = arguments
        out = pointer_to(context, builder, kinds[0], masks, row, SET)
        more = builder.load(pointer_to(context, builder, kinds[2], sets, place, SET), align=8)
        builder.store(builder.or_(builder.load(out, align=8), more), out, align=8)
        return context.get_dummy_value()

    return types.void(masks, types.uint64, sets, types.uint64), code


@instruction
def first_and_last(typing: Any, sets: Any, place: Any) -> Any:
    """Return the lowest and the highest pixel of the set that begins at sets[place]; it must have one."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sets, place = arguments
        wide = ir.IntType(BLOCK)
        bits = builder.load(pointer_to(context, builder, signature.args[0], sets, place, wide), align=8)
        low = builder.trunc(builder.cttz(bits, ir.Constant(BIT, 1)), LONG)
        above = builder.trunc(builder.ctlz(bits, ir.Constant(BIT, 1)), LONG)
        high = builder.sub(ir.Constant(LONG, BLOCK - 1), above)
        return context.make_tuple(builder, signature.return_type, [low, high])

    return types.UniTuple(types.uint64, 2)(sets, types.uint64), code


@instruction
def put(typing: Any, entries: Any, number: Any, node: Any, word: Any) -> Any:
    """Write an entry of two words, entries[2 * number:], at once."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        entries, number, node, word = arguments
        pair = ir.VectorType(LONG, 2)
        value = builder.insert_element(ir.Constant(pair, ir.Undefined), node, ir.Constant(INT, 0))
        value = builder.insert_element(value, word, ir.Constant(INT, 1))
        place = builder.shl(number, ir.Constant(LONG, 1))
        builder.store(value, pointer_to(context, builder, signature.args[0], entries, place, pair), align=8)
        return context.get_dummy_value()

    return types.void(entries, types.uint64, types.int64, types.uint64), code


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
def cut_one(columns, threshold, whole, parts, masks, counts, entries):
    """Cut one set by the first column, and do everything else with its right part; return what is returned."""
    zero, right = np.uint64(0), np.uint64(WORDS)
    fetch(columns, zero)
    compare(columns, zero, threshold, masks, zero)
    size = cut(whole, zero, masks, zero, parts, zero)
    join(masks, right, parts, right)
    for word in range(WORDS):
        add_bits(counts, np.uint64(64 * word), parts[WORDS + word])
    put(entries, np.uint64(1), np.int64(-5), np.uint64(7))
    return size, first_and_last(parts, right), lowest(whole[0])


def probe() -> bool:
    """Return whether all of the above does what it should: for :func:`landloom.core.vector_code.usable`."""
    values = np.arange(BLOCK, dtype=np.int16) * 37 % BLOCK
    inside = np.arange(BLOCK) % 3 > 0
    whole = np.packbits(inside, bitorder="little").view(np.uint64)
    parts, masks = np.zeros(2 * WORDS, np.uint64), np.zeros(2 * WORDS, np.uint64)
    counts, entries = np.zeros(BLOCK, np.uint8), np.zeros(4, np.uint64)
    size, ends, low = cut_one(_aligned(values), np.int16(100), whole, parts, masks, counts, entries)
    right = inside & (values > 100)
    return (
        np.array_equal(_booleans(parts), np.concatenate((inside & ~right, right)))
        and np.array_equal(_booleans(masks), np.concatenate((values > 100, right)))
        and np.array_equal(counts, right)
        and entries.view(np.int64).tolist() == [0, 0, -5, 7]
        and size == (inside & ~right).sum()
        and ends == (np.flatnonzero(right)[0], np.flatnonzero(right)[-1])
        and low == np.flatnonzero(inside)[0]
    )


def _booleans(words: np.ndarray) -> np.ndarray:
    return np.unpackbits(words.view(np.uint8), bitorder="little").astype(bool)


def are_fast() -> bool:
    """Return whether kernels may use sets of bits."""
    return usable(probe)


def _aligned(values: np.ndarray) -> np.ndarray:
    """Return a copy that begins at a multiple of 64 bytes."""
    room = np.zeros(values.size + 32, np.int16)
    skip = -room.ctypes.data % 64 // 2
    room[skip : skip + values.size] = values
    return room[skip : skip + values.size]
