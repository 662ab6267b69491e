"""A Sphinx extension: pages of the library, one for each room, written before each build.

They hold what a host that shows Markdown cannot: the docstrings of public names, as numpydoc sets them. They are read
from the text of the modules, none of which is imported: nothing is compiled, no cache is written, PyTorch need not be
there, and kernels are documented as the functions that they were before numba took them. The pages lie in
`docs/reference/api/`, which git ignores.
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpydoc.docscrape_sphinx import SphinxDocString

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scripts/landloom"
PAGES = ROOT / "docs/reference/api"

_INDEX = """\
Library
=======

One page for each room, from the ground up: a module imports from its own room and from those above it in this list.
``pip install .`` in the repository gives the library as a package (:doc:`/docs/module`). It knows nothing of
Snakemake.

.. toctree::
   :maxdepth: 1

"""

_REFERENCE = re.compile(r"(?<![`\w.])([\w.]*\w)_(?![\w`])")
"""A name that ends with an underscore, which reStructuredText takes for a link."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def rooms() -> list[str]:
    """Return the rooms of the library, in the order of the table of CONTRIBUTING.md."""
    lines = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    names = [line.split("`")[1] for line in lines if line.startswith("| `")]
    return [name for name in names if (LIBRARY / name).is_dir()]


def page(room: str) -> str:
    """Return the page of a room: its docstring, and its modules with what is public in them."""
    face = ast.get_docstring(_tree(LIBRARY / room / "__init__.py")) or ""
    parts = [f"{room}\n{'=' * len(room)}\n\n{face}\n"]
    for path in sorted((LIBRARY / room).rglob("*.py")):
        name = ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts)
        if path.stem == "__init__":
            if path.parent != LIBRARY / room:
                parts.append(f".. py:module:: {name.removesuffix('.__init__')}\n   :no-typesetting:\n")
        elif path.stem != "__main__":
            title = name.removeprefix(f"landloom.{room}.")
            parts.append(f"{title}\n{'-' * len(title)}\n\n.. py:module:: {name}\n")
            parts += _module(_tree(path))
    return "\n".join(parts)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _module(tree: ast.Module) -> Iterator[str]:
    yield f"{ast.get_docstring(tree) or ''}\n"
    yield from _described(tree.body, "data", "function")


def _described(body: list[ast.stmt], value: str, function: str) -> Iterator[str]:
    """Yield a directive for each public name of a module or class that has a docstring."""
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.ClassDef) and _public(node.name) and ast.get_docstring(node):
            inner = "\n".join(_described(node.body, "attribute", "method"))
            yield _directive("class", node.name, ast.get_docstring(node), inner)
        elif isinstance(node, Function) and _public(node.name) and ast.get_docstring(node):
            yield _directive(_kind(node, function), _signature(node, function), ast.get_docstring(node))
        elif (name := _assigned(node)) and _public(name) and ((text := _text(following)) or _is_registry(node)):
            yield _directive(value, name, text)


def _public(name: str) -> bool:
    return not name.startswith("_")


def _decorators(node: Function) -> set[str]:
    return {ast.unparse(one) for one in node.decorator_list}


def _kind(node: Function, function: str) -> str:
    return "property" if _decorators(node) & {"property", "cached_property"} else function


def _signature(node: Function, function: str) -> str:
    """Return a name with its arguments, without types: the docstring has those."""
    if _kind(node, function) == "property":
        return node.name
    arguments = ast.parse(ast.unparse(node.args).join(["def f(", "): ..."])).body[0]
    assert isinstance(arguments, ast.FunctionDef)
    for one in ast.walk(arguments.args):
        if isinstance(one, ast.arg):
            one.annotation = None
    text = ast.unparse(arguments.args)
    if function == "method" and "staticmethod" not in _decorators(node):
        text = text.partition(",")[2].strip()
    return f"{node.name}({text})"


def _assigned(node: ast.stmt) -> str:
    targets = (
        node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    )
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""


def _text(node: ast.stmt | None) -> str:
    """Return the docstring that follows an assignment, if there is one."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return textwrap.dedent(node.value.value)
    return ""


def _is_registry(node: ast.stmt) -> bool:
    """Tell whether a name is a registry, which its module's docstring describes."""
    return isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Registry(")


def _directive(kind: str, signature: str, docstring: str | None, inner: str = "") -> str:
    escaped = _REFERENCE.sub(r"\1\\_", docstring or "")
    content = f"{SphinxDocString(escaped, config={'show_class_members': False})}\n\n{inner}"
    return f".. py:{kind}:: {signature}\n\n{textwrap.indent(content, '   ')}\n"


def write_pages(_app: Any) -> None:
    """Write a page for each room, and remove those of rooms that are no more."""
    PAGES.mkdir(parents=True, exist_ok=True)
    texts = {room: page(room) for room in rooms()}
    texts["index"] = _INDEX + "".join(f"   {room}\n" for room in texts)
    for path in PAGES.glob("*.rst"):
        if path.stem not in texts:
            path.unlink()
    for name, text in texts.items():
        path = PAGES / f"{name}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:  # what stays the same is not set again
            path.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx call :func:`write_pages`."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
