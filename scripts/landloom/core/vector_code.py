"""Code that numba does not write by itself: vectors of the processor, by LLVM's own vector types.

LLVM makes of them what a processor has: AVX-512, AVX2 or SSE2 (all three tested); NEON should work and is untried.
Where this fails, kernels are used that do without: :func:`usable` tells.
"""

import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import ir
from numba import config
from numba.extending import intrinsic

BYTE, SHORT, INT, LONG = (ir.IntType(bits) for bits in (8, 16, 32, 64))

SWITCH = "LANDLOOM_VECTORS"
"""Environment variable: `off` does without, for processors where LLVM's code should fail."""


def instruction(define: Callable[..., Any]) -> Any:
    """Make an intrinsic: a function of kernels whose code for LLVM ``define`` gives, as numba describes it.

    Its first argument, the context of types, is numba's; kernels give the others.
    """
    return intrinsic(define)


def pointer_to(context: Any, builder: Any, kind: Any, array: Any, index: Any, element: ir.Type) -> Any:
    """Return the address of an element of an array in one dimension, as one of another type.

    Parameters
    ----------
    context, builder
        What numba gives to the code of an intrinsic.
    kind : numba type
        Of the array.
    array, index : LLVM values
        The array; the index, 64 bits.
    element : LLVM type
        What is to be read or written from there on.
    """
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), element.as_pointer())


def in_all_lanes(builder: Any, value: Any, element: ir.Type, lanes: int) -> Any:
    """Return a vector that holds a value in each of its lanes."""
    undefined = ir.Constant(ir.VectorType(element, lanes), ir.Undefined)
    first = builder.insert_element(undefined, value, ir.Constant(INT, 0))
    return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(INT, lanes), [0] * lanes))


@cache
def usable(probe: Callable[[], bool]) -> bool:
    """Tell whether code with vectors works on this processor; results are the same with and without.

    Parameters
    ----------
    probe : function
        Compiles such code, runs it, and returns whether the outcome is right.
    """
    if getattr(config, "DISABLE_JIT", 0) or os.environ.get(SWITCH) == "off":
        return False
    try:
        works = probe()
    except Exception as error:  # whatever numba, llvmlite and LLVM raise, there is a way without
        print(f"kernels do without vectors: {error}", file=sys.stderr)
        return False
    return works
