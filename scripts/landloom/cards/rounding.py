"""Arithmetic on a card, each operation rounded by itself, as processors do.

The compiler for cards fuses a product and a sum into one operation, whose result differs in the last bit; what is
rounded by name it leaves alone. Numba has no switch for that (its issue 2834). In numba's simulator there are no such
names, and no fused operations.

``product``, ``total`` and ``quotient`` are of float32; those of float64, and its square root, say so by their names.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import config, cuda

if TYPE_CHECKING:
    product: Any
    total: Any
    quotient: Any
    product64: Any
    total64: Any
    quotient64: Any
    root64: Any
elif config.ENABLE_CUDASIM:

    def _simulated(operation, kind):
        """Return an operation of numpy on numbers of one kind, which leaves infinite and undefined ones alone."""

        def compute(*numbers):
            with np.errstate(all="ignore"):
                return kind(operation(*map(kind, numbers)))

        return cuda.jit(device=True)(compute)

    product, product64 = (_simulated(np.multiply, kind) for kind in (np.float32, np.float64))
    total, total64 = (_simulated(np.add, kind) for kind in (np.float32, np.float64))
    quotient, quotient64 = (_simulated(np.divide, kind) for kind in (np.float32, np.float64))
    root64 = _simulated(np.sqrt, np.float64)
else:
    from numba.cuda import libdevice

    product, product64 = libdevice.fmul_rn, libdevice.dmul_rn
    total, total64 = libdevice.fadd_rn, libdevice.dadd_rn
    quotient, quotient64 = libdevice.fdiv_rn, libdevice.ddiv_rn
    root64 = libdevice.dsqrt_rn
