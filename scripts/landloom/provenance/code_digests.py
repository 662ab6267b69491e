"""Digests of code: what a product depends on beside its inputs, in a few letters."""

import ast
import hashlib
import json
import sys
from functools import cache
from pathlib import Path

from landloom.core.digests import DIGITS, digest, digest_of_text
from landloom.core.files import remember

PACKAGE = Path(__file__).resolve().parents[1]
SCRIPTS = PACKAGE.parent


def library_digest() -> str:
    """Digest the bytes of the whole library: names the folder of compiled kernels, which it makes obsolete."""
    content = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        code = path.read_bytes()
        content.update(f"{path.relative_to(PACKAGE)} {len(code)}\n".encode() + code)
    return content.hexdigest()[:DIGITS]


def code_digest(script: str) -> str:
    """Digest the code behind ``scripts/<script>.py`` and all library modules it imports, directly or not.

    Comments, docstrings and layout do not count, so editing them does not make any product again.
    """
    return _digests()[script]


@cache
def _digests() -> dict[str, str]:
    """Return the digests of all scripts: remembered for these very bytes, since parsing them takes a while."""
    memory = SCRIPTS.parent / ".cache" / "digests" / f"{_state()}.json"
    try:
        return json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        digests = {path.stem: _digest_of(path) for path in sorted(SCRIPTS.glob("*.py"))}
        remember(memory, json.dumps(digests))
        return digests


def _state() -> str:
    """Digest the bytes of library and scripts; and the version of Python, which words syntax trees in its own way."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.py")}
    return digest([library_digest(), scripts, sys.version_info[:2]])


def _digest_of(script: Path) -> str:
    todo, seen = [script], {}
    while todo:
        path = todo.pop()
        if path not in seen:
            seen[path], imports = _parse(path)
            todo += [found for name in imports for found in _files_of(name)]
    return digest_of_text("\n".join(f"{path.relative_to(SCRIPTS)}:{seen[path]}" for path in sorted(seen)))


def _files_of(name: str) -> list[Path]:
    """Return the file of a module and those of the packages above it, whose code runs too."""
    parts = name.split(".")
    files = [SCRIPTS.joinpath(*parts[:count], "__init__.py") for count in range(1, len(parts) + 1)]
    files.append(SCRIPTS.joinpath(*parts).with_suffix(".py"))
    return [path for path in files if path.exists()]


@cache
def _parse(path: Path) -> tuple[str, frozenset[str]]:
    """Return a module's code without docstrings, and the library modules it imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = frozenset(_imports(tree))
    return ast.unparse(_without_docstrings(tree)), imports


def _imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name for name in names if name.split(".")[0] == PACKAGE.name}


def _without_docstrings(tree: ast.AST) -> ast.AST:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [one for one in body if not _is_text(one)]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return tree


def _is_text(node: ast.stmt) -> bool:
    """Return whether a statement is nothing but a string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
