"""Band formulas, translated to expressions for a stack machine and never run as Python.

A formula is parsed to a syntax tree; only numbers, band names, + - * / ** and a few functions are accepted.
:mod:`landloom.features.formula_kernels` evaluates the expressions. This module does not need numpy, so that a
configuration is checked quickly.
"""

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from landloom.core.errors import InputError
from landloom.core.stored_values import DECIBEL_SCALE, REFLECTANCE_SCALE
from landloom.core.text import shortened

INDEX_SCALE = 1000
"""Indices are stored as int16 times 1000."""

_NORMALISED_DIFFERENCE = re.compile(r"\((\w+)-(\w+)\)/\((\1)\+(\2)\)")

# Opcodes that push a value, that change the top value, and that combine the two top values.
NUMBER, REFLECTANCE, CONSTANT = 0, 1, 2
ADD_SQUARE_OF_NUMBER, NEGATIVE, SQUARE, ROOT, ABSOLUTE, LOGARITHM, EXPONENTIAL = 3, 4, 5, 6, 7, 8, 9
ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MINIMUM, MAXIMUM = 10, 11, 12, 13, 14, 15, 16
LAST_LOAD, LAST_CHANGE = CONSTANT, EXPONENTIAL
MOST_LEVELS = 150
"""Operations within each other: more than any formula that people write, fewer than Python can follow."""

CARD_DEPTH = 16
"""Most values on the stack of a formula that is computed on a graphics card."""

_OPERATIONS = {ast.Add: ADD, ast.Sub: SUBTRACT, ast.Mult: MULTIPLY, ast.Div: DIVIDE, ast.Pow: POWER}
_OF_ONE = {"sqrt": ROOT, "abs": ABSOLUTE, "log": LOGARITHM, "exp": EXPONENTIAL}
_OF_SEVERAL = {"min": MINIMUM, "max": MAXIMUM}
POWER_OF = "power"
"""Function of a band in decibels: its linear power."""

Expression = tuple[tuple[int, float], ...]
"""Opcodes with their operands: a band's position, or a constant."""


@dataclass(frozen=True)
class _Known:
    """Names that a formula may have, each with the opcodes that push its value.

    Attributes
    ----------
    loads : dict of str: list of opcodes
        Bands, in their unit, and constants.
    powers : dict of str: list of opcodes
        Linear power of bands in decibels; others have none.
    """

    loads: Mapping[str, list[tuple[int, float]]]
    powers: Mapping[str, list[tuple[int, float]]]


@dataclass(frozen=True)
class Formula:
    """Formula of the bands of a date.

    Attributes
    ----------
    name : str
        Name within the names of features.
    expression : Expression
        Its result is the stored value.
    scale: float
        Scale factor of the stored value.
    """

    name: str
    expression: Expression
    scale: float = INDEX_SCALE


def brightness(name: str, bands: int) -> Formula:
    """Return the Euclidean norm of all bands, which is also a reflectance."""
    squares = [(ADD_SQUARE_OF_NUMBER, float(band)) for band in range(bands)]
    return Formula(name, ((CONSTANT, 0.0), *squares, (ROOT, 0.0)), REFLECTANCE_SCALE)


def formula(
    name: str,
    text: str,
    positions: Mapping[str, int],
    constants: Mapping[str, float] | None = None,
    scale: float = INDEX_SCALE,
    unit: float = REFLECTANCE_SCALE,
) -> Formula:
    """Translate a formula.

    Parameters
    ----------
    name : str
    text : str
        Formula of bands in their unit: reflectances from 0 to 1, or decibels, whose linear power is `power(band)`.
    positions : dict of str: int
        Position of each name among the bands.
    constants : dict of str: float
    scale : float
        Factor of the result.
    unit : float
        Stored number of 1 in the unit of the bands.

    Raises
    ------
    InputError
        If the text is not a formula, or contains unknown elements.
    """
    tree, number = parse(text), ast.Constant(scale)
    # Divide last and, if reflectances need no scale, by integers: exact for results that are halves.
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        tree = ast.BinOp(ast.BinOp(tree.left, ast.Mult(), number), ast.Div(), tree.right)
    else:
        tree = ast.BinOp(tree, ast.Mult(), number)
    difference = _NORMALISED_DIFFERENCE.fullmatch(re.sub(r"\s", "", text))
    is_free_of_units = difference and {difference[1], difference[2]} <= set(positions)
    loads = {band: _loaded(position, 1.0 if is_free_of_units else unit) for band, position in positions.items()}
    loads |= {symbol: [(CONSTANT, float(value))] for symbol, value in (constants or {}).items()}
    return Formula(name, tuple(_translate(tree, _Known(loads, _powers(positions, unit)))), scale)


def _loaded(position: int, unit: float) -> list[tuple[int, float]]:
    """Return the opcodes that push a band, divided by its unit."""
    if unit == REFLECTANCE_SCALE:
        return [(REFLECTANCE, float(position))]
    number = (NUMBER, float(position))
    return [number] if unit == 1.0 else [number, (CONSTANT, float(unit)), (DIVIDE, 0.0)]


def _powers(positions: Mapping[str, int], unit: float) -> dict[str, list[tuple[int, float]]]:
    """Return the opcodes that push each band's linear power, 10^(dB / 10); none where bands are not in decibels."""
    if unit != DECIBEL_SCALE:
        return {}
    to_nepers = [(CONSTANT, math.log(10) / 10 / DECIBEL_SCALE), (MULTIPLY, 0.0), (EXPONENTIAL, 0.0)]
    return {band: [(NUMBER, float(position)), *to_nepers] for band, position in positions.items()}


def parse(text: str) -> ast.expr:
    """Return the syntax tree of a formula.

    Raises
    ------
    InputError
        If it is not a formula, or has too many operations within each other.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or str(error)
        raise InputError(f"`{shortened(text)}` is not a formula ({reason})") from None
    level: list[ast.AST] = [tree]
    for _ in range(MOST_LEVELS):
        level = [inner for node in level for inner in ast.iter_child_nodes(node)]
        if not level:
            return tree
    raise InputError(
        f"`{shortened(text)}` has more than {MOST_LEVELS} operations within each other (a sum of many terms has one "
        "for each); split it by brackets, or write a user-defined function"
    )


def names_in(text: str) -> list[str]:
    """Return the names in a formula, sorted, without functions.

    Raises
    ------
    InputError
        As :func:`formula`.
    """
    tree = parse(text)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}
    formula("", text, dict.fromkeys(names, 0), unit=DECIBEL_SCALE)  # where every function is known
    return sorted(names)


def _translate(node: ast.expr, known: _Known) -> list[tuple[int, float]]:
    """Translate a syntax tree to postfix opcodes: operands first, then the operation."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return [(CONSTANT, _finite(node.value))]
    if isinstance(node, ast.Name) and node.id in known.loads:
        return known.loads[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = _translate(node.left, known), _translate(node.right, known)
        if isinstance(node.op, ast.Pow) and right in ([(CONSTANT, 2.0)], [(CONSTANT, 0.5)]):
            return [*left, (SQUARE if right[0][1] == 2 else ROOT, 0.0)]
        return [*left, *right, (_OPERATIONS[type(node.op)], 0.0)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [*_translate(node.operand, known), (NEGATIVE, 0.0)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
        return _translate(node.operand, known)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _call(node, node.func.id, known)
    raise InputError(f"cannot compute `{shortened(ast.unparse(node))}`")


def _call(node: ast.Call, name: str, known: _Known) -> list[tuple[int, float]]:
    """Translate a call; minimum and maximum of several values are computed pairwise."""
    if name == POWER_OF:
        return _power(node, known)
    values = [_translate(argument, known) for argument in node.args]
    if name in _OF_ONE and len(values) == 1:
        return [*values[0], (_OF_ONE[name], 0.0)]
    if name in _OF_SEVERAL and len(values) > 1:
        expression = values[0]
        for value in values[1:]:
            expression = [*expression, *value, (_OF_SEVERAL[name], 0.0)]
        return expression
    functions = ", ".join([*(f"{one}(a)" for one in _OF_ONE), *(f"{one}(a, b, ...)" for one in _OF_SEVERAL)])
    raise InputError(
        f"cannot compute `{shortened(ast.unparse(node))}`; functions are {functions}, and {POWER_OF}(band) of radar"
    )


def _power(node: ast.Call, known: _Known) -> list[tuple[int, float]]:
    """Translate the power of a band, which alone is known to be in decibels."""
    band = node.args[0].id if len(node.args) == 1 and isinstance(node.args[0], ast.Name) else None
    if band is None or band not in known.loads:
        raise InputError(
            f"cannot compute `{shortened(ast.unparse(node))}`; {POWER_OF} takes the name of one band of radar, "
            f"as {POWER_OF}(VV)"
        )
    if band not in known.powers:
        raise InputError(
            f"cannot compute `{shortened(ast.unparse(node))}`: {band} is not in decibels as bands of radar; "
            f"take {band} itself, or name the radar's section in `sensors`"
        )
    return known.powers[band]


def _finite(value: float) -> float:
    """Return a number in a formula as float.

    Raises
    ------
    InputError
        If it is too large.
    """
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError("a number of the formula is too large")
    return number
