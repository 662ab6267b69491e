"""Code digests: fingerprints of the code that a product depends on.

A digest follows imports. It does not follow a registry (:class:`landloom.core.registry.Registry`), whose members are
loaded by name: it includes only members that the configuration uses, so that edits of unused product families,
methods or classifiers rerun nothing. It excludes code that does not affect values of products: the version number,
memory estimates, messages, and the job around the work.
"""

import ast
import functools
import hashlib
import json
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from landloom.core.digests import DIGITS, digest, digest_of_text
from landloom.core.files import remember
from landloom.provenance import caches

PACKAGE = Path(__file__).resolve().parents[1]
SCRIPTS = PACKAGE.parent
WITHOUT_EFFECT = ("core/memory.py", "core/progress.py", "core/text.py", "core/version.py", "jobs/")
"""Modules and rooms that must never affect values of products."""

_REFUSALS = ("InputError", "ValueError")
"""Errors whose message is only text for the user."""

Members = Mapping[str, Collection[str]]
"""Used members by registry, as ``landloom.sensors.registry.FAMILIES``. Of other registries, all members count."""


@dataclass(frozen=True)
class Source:
    """Digested parts of a code file.

    Attributes
    ----------
    code : str
        Digest of its code without comments, docstrings, messages and registries.
    imports : list of str
        Names of modules of the library that it imports.
    registries : dict of registry: dict of member: module
    compiled : bool
        Whether it imports numba.
    """

    code: str
    imports: list[str]
    registries: dict[str, dict[str, str]]
    compiled: bool


def code_digest(script: str, used: Members | None = None, fetched: Path | str | None = None) -> str:
    """Digest the code of ``scripts/<script>.py`` and all library modules that it imports, directly or indirectly.

    Comments, docstrings, layout and messages are excluded, so that editing them reruns no job.

    Parameters
    ----------
    used : dict of registry: members
        Members in the configuration.
    fetched : path or None
        The script, where it does not lie beside the library.
    """
    name = f"{script}.py"
    return _digest([name], used, {name: _parsed(Path(fetched), name)} if fetched else {})


def module_digest(module: str) -> str:
    """Digest the code of a library module and of all its imports, including members of registries."""
    return _digest(_files_of(module), None)


def kernels_digest() -> str:
    """Digest the dependencies of compiled kernels: the bytes of modules that import numba, and their imports.

    The digest names the folder of compiled kernels, which a change makes obsolete.
    """
    kernels = [name for name, source in _sources().items() if source.compiled]
    content = hashlib.sha256(_digest(kernels, None).encode())
    for name in kernels:
        content.update((SCRIPTS / name).read_bytes())
    return content.hexdigest()[:DIGITS]


def _digest(start: Iterable[str], used: Members | None, others: Mapping[str, Source] | None = None) -> str:
    """Digest code files and all their imports; `others` are sources beside those of the library."""
    sources, lines = {**_sources(), **(others or {})}, set()
    todo, seen = [*start], set()
    while todo:
        name = todo.pop()
        if name in seen or name.removeprefix(f"{PACKAGE.name}/").startswith(WITHOUT_EFFECT):
            continue
        seen.add(name)
        lines.add(f"{name}:{sources[name].code}")
        members = _members(sources[name], used)
        lines |= {f"{member}={module}" for member, module in members.items()}
        todo += [file for module in (*sources[name].imports, *members.values()) for file in _files_of(module)]
    return digest_of_text("\n".join(sorted(lines)))


def _members(source: Source, used: Members | None) -> dict[str, str]:
    """Return the modules of the digested members by registry and name."""
    return {
        f"{registry}.{member}": module
        for registry, modules in source.registries.items()
        for member, module in modules.items()
        if used is None or registry not in used or member in used[registry]
    }


def _files_of(name: str) -> list[str]:
    """Return the file of a module and those of its parent packages, whose code is executed too."""
    return [path for path in _paths_of(name) if path in _sources()]


@functools.cache
def _paths_of(name: str) -> tuple[str, ...]:
    parts = name.split(".")
    packages = ["/".join((*parts[:count], "__init__.py")) for count in range(1, len(parts) + 1)]
    return (*packages, f"{'/'.join(parts)}.py")


@functools.cache
def _sources() -> dict[str, Source]:
    """Return all parsed code files by path: parsing is slow, so each is remembered by its bytes."""
    named = {path.relative_to(SCRIPTS).as_posix(): path for path in _all_files()}
    folder = caches.folder("digests")
    memory = folder / f"{_way_of_parsing()}.json" if folder else None
    known = _remembered(memory) if memory else {}
    keys = {name: f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in named.items()}
    sources = {key: known.get(key) or _parsed(named[name], name) for name, key in keys.items()}
    if memory and not sources.keys() <= known.keys():
        remember(memory, json.dumps({key: asdict(source) for key, source in sources.items()}))
    return {name: sources[key] for name, key in keys.items()}


def _remembered(memory: Path) -> dict[str, Source]:
    """Return what is remembered of code files, by their names and bytes."""
    try:
        content = json.loads(memory.read_text(encoding="utf-8"))
        return {key: Source(**source) for key, source in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _all_files() -> list[Path]:
    """Return the files of the library, and the scripts: of Python's packages, none is beside it that is ours."""
    scripts = SCRIPTS.glob("*.py") if caches.in_repository() else []
    return sorted([*scripts, *PACKAGE.rglob("*.py")])


def _way_of_parsing() -> str:
    """Digest what turns bytes into digested parts: this file, and the version of Python: syntax trees differ."""
    return digest([hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), sys.version_info[:2]])


def _parsed(path: Path, name: str) -> Source:
    """Return the digested parts of a code file, whose name is that below the folder of scripts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _imported(tree)
    ours = sorted(name for name in names if name.split(".")[0] == PACKAGE.name)
    module = ".".join(Path(name).with_suffix("").parts)
    registries = {f"{module}.{name}": members for name, members in _registries(tree).items()}
    for left_out in (_is_text, _is_registry, _is_printing):
        _leave_out(tree, left_out)
    _silence(tree)
    code = ast.unparse(tree)
    return Source(digest_of_text(code), ours, registries, any(name.split(".")[0] == "numba" for name in names))


def _imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _registries(tree: ast.Module) -> dict[str, dict[str, str]]:
    """Return the members of each registry that a module defines, by its name."""
    return {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value.args[0])
        for node in tree.body
        if _is_registry(node) and isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    }


def _is_registry(node: ast.stmt) -> bool:
    """Return whether a statement defines a registry."""
    call = node.value if isinstance(node, ast.Assign) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Registry"


def _is_text(node: ast.stmt) -> bool:
    """Return whether a statement is only a string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_printing(node: ast.stmt) -> bool:
    """Return whether a statement writes to the log."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"


def _silence(tree: ast.AST) -> None:
    """Remove the messages of errors from a syntax tree."""
    for node in ast.walk(tree):
        call = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _REFUSALS:
            call.args = []


def _leave_out(tree: ast.AST, left_out: Callable[[ast.stmt], bool]) -> None:
    """Remove some statements from a syntax tree."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [one for one in body if not left_out(one)]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
