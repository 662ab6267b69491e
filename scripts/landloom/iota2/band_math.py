"""Expressions of the Orfeo ToolBox's BandMath, as formulas of landloom.

BandMath sees bands ``b1``, ``b2`` ... of one date, as numbers 10000 times the reflectance, and iota2 stores its
results as int16. Formulas of landloom see reflectances, and are stored times a scale.
"""

import ast
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.features import formulas

NUMBERS_OF_ONE = 10000
"""Stored number of a reflectance of 1, in iota2."""

RATIO_SCALE = 1000
_FUNCTIONS = {"sqrt": 0.5, "abs": 1.0, "min": 1.0, "max": 1.0, "exp": None, "log": None}
"""Functions that formulas have; by the degree of their result for arguments of degree 1, None: both must be 0."""

_RENAMED = {"ln": "log"}

_PARTS = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.operator, ast.unaryop, ast.expr_context)
"""What formulas consist of."""


@dataclass(frozen=True)
class Translated:
    """A formula, the scale that it is stored with, and how its features differ from iota2's; empty: not at all."""

    formula: str
    scale: float
    how: str


def split(expressions: str) -> list[str]:
    """Return the expressions of a text that separates them by commas; those within brackets belong to calls."""
    found, depth, start = [], 0, 0
    for place, letter in enumerate(expressions):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append(expressions[start:place].strip())
            start = place + 1
    return [one for one in (*found, expressions[start:].strip()) if one]


def translated(expression: str, bands: Sequence[str]) -> Translated:
    """Return an expression of bands by position as a formula of bands by name.

    Parameters
    ----------
    expression : str
    bands : sequence of str
        Names of the bands, in the order of iota2's stack.

    Raises
    ------
    InputError
        If it has what formulas do not have, as conditions.
    """
    tree = _parsed(expression)
    named = _Names(bands).visit(tree)
    degree = _degree(named)
    if degree == 1:
        return Translated(ast.unparse(named), NUMBERS_OF_ONE, "")
    if degree == 0:
        how = "iota2 stores whole numbers, and so loses the fraction of a ratio"
        return Translated(ast.unparse(named), RATIO_SCALE, how)
    numbers = _Numbers(bands).visit(named)
    return Translated(ast.unparse(numbers), 1, "")


def _parsed(expression: str) -> ast.expr:
    """Return the syntax tree, of operations and functions that formulas have."""
    odd = re.search(r"[?<>&|=!%]", expression)
    if odd:
        raise InputError(f"`{shortened(expression)}`: formulas have no `{odd[0]}`; a user-defined function has")
    tree = formulas.parse(expression.replace("^", "**"))
    for node in ast.walk(tree):
        if not isinstance(node, _PARTS) or (isinstance(node, ast.Constant) and not _is_number(node.value)):
            raise InputError(f"`{shortened(expression)}`: formulas have no `{shortened(ast.unparse(node))}`")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            node.func.id = _RENAMED.get(node.func.id, node.func.id)
            if node.func.id not in _FUNCTIONS:
                raise InputError(f"`{shortened(expression)}`: formulas have no function `{node.func.id}`")
    return tree


def _is_number(value: object) -> bool:
    """Return whether a constant is a number, and not beyond all others."""
    return type(value) in (int, float) and abs(value) <= sys.float_info.max  # type: ignore[arg-type]


class _Names(ast.NodeTransformer):
    """Puts the names of bands in place of ``b1``, ``b2`` ..."""

    def __init__(self, bands: Sequence[str]) -> None:
        self.bands = bands

    def visit_Call(self, node: ast.Call) -> ast.Call:
        node.args = [self.visit(one) for one in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        found = re.fullmatch(r"(?:im1)?b([1-9]\d?)", node.id)
        if found is None or int(found[1]) > len(self.bands):
            raise InputError(f"`{node.id}` is none of the bands b1 to b{len(self.bands)} ({', '.join(self.bands)})")
        return ast.Name(self.bands[int(found[1]) - 1])


class _Numbers(ast.NodeTransformer):
    """Puts iota2's numbers in place of reflectances."""

    def __init__(self, bands: Sequence[str]) -> None:
        self.bands = bands

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.BinOp(ast.Constant(NUMBERS_OF_ONE), ast.Mult(), node) if node.id in self.bands else node


def _degree(node: ast.expr) -> float | None:
    """Return the power of the unit of bands that a result is proportional to: 1 of a sum, 0 of a ratio; else None."""
    if isinstance(node, ast.Constant):
        return 0.0
    if isinstance(node, ast.Name):
        return 1.0
    if isinstance(node, ast.UnaryOp):
        return _degree(node.operand)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        degrees = {_degree(one) for one in node.args}
        inner = degrees.pop() if len(degrees) == 1 else None
        factor = _FUNCTIONS[node.func.id]
        return inner if factor is None and inner == 0 else None if factor is None or inner is None else inner * factor
    return _degree_of_operation(node) if isinstance(node, ast.BinOp) else None


def _degree_of_operation(node: ast.BinOp) -> float | None:
    left, right = _degree(node.left), _degree(node.right)
    if left is None or right is None:
        return None
    if isinstance(node.op, ast.Mult):
        return left + right
    if isinstance(node.op, ast.Div):
        return left - right
    if isinstance(node.op, ast.Pow):
        power = node.right.value if isinstance(node.right, ast.Constant) else None
        return left * power if isinstance(power, int | float) else 0.0 if left == right == 0 else None
    return left if left == right else None
