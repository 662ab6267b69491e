"""Python files with user-defined functions: dependencies, checks and loading.

A file is executed only if the configuration names it. Modules in the same folder that it imports belong to it.
"""

import ast
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from landloom.core.digests import digest, digest_of_text
from landloom.core.errors import InputError
from landloom.core.files import read_limited

MOST_BYTES = 2**20

_COMPILERS = frozenset({"jit", "njit", "vectorize", "guvectorize", "cfunc"})
"""Decorators of numba that compile functions and can cache them in files."""


def sources(file: Path | str) -> list[Path]:
    """Return a file and the modules of its folder that it imports, directly or indirectly.

    Raises
    ------
    InputError
        If one cannot be read, or is not Python.
    """
    folder = Path(file).parent
    todo, seen = [Path(file)], []
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.append(path)
            names = sorted(_imports(parsed(path), path.relative_to(folder).parts[:-1]))
            todo += [found for name in names for found in _files_of(name, folder)]
    return [seen[0], *sorted(seen[1:])]


def code_of(files: Sequence[Path | str]) -> str:
    """Return the digest of files and their imports from their folders, without comments and layout."""
    code = {str(path): ast.unparse(parsed(path)) for file in files for path in sources(file)}
    return digest(code)


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file.

    Raises
    ------
    InputError
        If it cannot be read, or is not Python.
    """
    try:
        return ast.parse(read_limited(path, MOST_BYTES))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except SyntaxError as error:
        raise InputError(f"{path}, line {error.lineno}: is not valid Python ({error.msg})") from None
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes; too deeply nested brackets
        raise InputError(f"{path}: is not valid Python ({error})") from None


def _imports(tree: ast.AST, package: tuple[str, ...]) -> set[str]:
    """Return the names of the modules that a file of a package may import."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level <= len(package) + 1:
            above = package[: len(package) + 1 - node.level] if node.level else ()
            source = [*above, *([node.module] if node.module else [])]
            names.update(".".join([*source, *last]) for last in ([], *([alias.name] for alias in node.names)))
    return names - {""}


def _files_of(name: str, folder: Path) -> list[Path]:
    """Return the files in a folder that an import executes: the module and its parent packages."""
    parts = name.split(".")
    files = [folder.joinpath(*parts[:count], "__init__.py") for count in range(1, len(parts) + 1)]
    files.append(folder.joinpath(*parts).with_suffix(".py"))
    return [path for path in files if path.is_file()]


def problem(file: str, name: str, arguments: Mapping[str, Any]) -> str | None:
    """Return why a function cannot be used, from static inspection of its file; empty if it can."""
    return _problem(file, f"function `{name}`", name, ("data",), arguments)


def class_problem(file: str, name: str, given: Sequence[str], arguments: Mapping[str, Any]) -> str | None:
    """Return why a class cannot be used, from static inspection of its file; empty if it can.

    Parameters
    ----------
    given : sequence of str
        What its constructor gets first, by place.
    arguments : dict of str
        What it gets by name.
    """
    return _problem(file, f"class `{name}`", name, ("self", *given), arguments)


def _problem(file: str, wanted: str, name: str, first: Sequence[str], arguments: Mapping[str, Any]) -> str | None:
    try:
        for path in sources(file):
            _refuse_kept_kernels(path)
        tree = parsed(Path(file))
    except InputError as error:
        return str(error)
    bound = _bound(tree)
    if name not in bound:
        return f"{file}: has no {wanted}; at its top level there are {sorted(bound)}"
    called = _called(bound[name])
    return _unfit_arguments(called, first, arguments, f"{file}, line {called.lineno}: `{name}`") if called else None


def _called(definition: ast.stmt) -> ast.FunctionDef | None:
    """Return the function that is called by a name: of a class its constructor, if it has one itself."""
    if isinstance(definition, ast.ClassDef):
        own = [one for one in definition.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
        return own[-1] if own and not definition.decorator_list else None
    return definition if isinstance(definition, ast.FunctionDef) else None


def _refuse_kept_kernels(path: Path) -> None:
    """Raise if numba would cache compiled kernels: it recompiles them only if their own file changes."""
    tree = parsed(path)
    compilers = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "numba"
        for alias in node.names
    }
    for node in ast.walk(tree):
        named = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and named in compilers | _COMPILERS and _caches(node):
            raise InputError(
                f"{path}, line {node.lineno}: leave `cache` out: numba would not notice changes of what the kernel "
                "uses from other files"
            )


def _caches(call: ast.Call) -> bool:
    values = [one.value for one in call.keywords if one.arg == "cache"]
    return any(not isinstance(value, ast.Constant) or bool(value.value) for value in values)


def _bound(tree: ast.Module) -> dict[str, ast.stmt]:
    """Return the possible functions at the top level of a file; for a name bound twice, the last."""
    bound: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            bound |= {target.id: node for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            bound |= {alias.asname or alias.name: node for alias in node.names}
    return bound


def _unfit_arguments(
    definition: ast.FunctionDef, first: Sequence[str], given: Mapping[str, Any], place: str
) -> str | None:
    """Return how keyword arguments differ from the function's parameters beside the first, which come by place."""
    if definition.decorator_list:
        return None  # which may change its parameters
    wanted = definition.args
    plain = [argument.arg for argument in [*wanted.posonlyargs, *wanted.args]]
    if len(plain) < len(first) and not wanted.vararg:
        wanted_first = ", ".join(f"`{one}`" for one in first)
        return f"{place} takes no {first[len(plain)]}: its first arguments must be {wanted_first}"
    named = [*plain[len(first) :], *(argument.arg for argument in wanted.kwonlyargs)]
    with_default = plain[len(plain) - len(wanted.defaults) :] if wanted.defaults else []
    with_default += [
        argument.arg
        for argument, value in zip(wanted.kwonlyargs, wanted.kw_defaults, strict=True)
        if value is not None
    ]
    odd = sorted(set(given) - set(named)) if not wanted.kwarg else []
    if odd:
        return f"{place} takes no argument `{odd[0]}`; it takes {named}"
    lacking = [name for name in named if name not in given and name not in with_default]
    return f"{place} needs the argument `{lacking[0]}`; give it in `arguments`" if lacking else None


@contextmanager
def importing_from(folder: Path) -> Iterator[None]:
    """Allow imports of modules in a file's folder, as for a script in that folder.

    Outside of this context they are not visible: another folder may have modules of the same names.
    """
    entry = folder.resolve()
    kept = _modules_beside(entry)
    before = dict(sys.modules)
    sys.modules.update(kept)
    sys.path.insert(0, str(entry))
    try:
        yield
    finally:
        sys.path.remove(str(entry))
        new = sys.modules.keys() - before.keys()
        own = {name.partition(".")[0] for name in new if _lies_in(sys.modules[name], entry)}
        kept |= {name: sys.modules.pop(name) for name in new if name.partition(".")[0] in own}
        sys.modules.update({name: before[name] for name in kept if name in before})


@cache
def _modules_beside(folder: Path) -> dict[str, Any]:
    """Return the mutable table of executed modules of a folder; each module is executed once."""
    return {}


def _lies_in(module: Any, folder: Path) -> bool:
    """Return whether a module or package is directly in a folder; packages installed below it are not."""
    places = [*(getattr(module, "__path__", None) or [getattr(module, "__file__", None)])]
    return bool(places) and places[0] is not None and Path(places[0]).resolve().parent == folder


def load(file: Path | str, name: str) -> Callable[..., Any]:
    """Execute a file and return one of its functions.

    Raises
    ------
    InputError
        If it raises an error, or has no such function.
    """
    function = getattr(_module(Path(file)), name, None)
    if not callable(function):
        raise InputError(f"{file}: `{name}` is not a function")
    found: Callable[..., Any] = function
    return found


@cache
def _module(path: Path) -> Any:
    """Return the module of a file, which is executed once."""
    # Not under the file's own name, which may equal that of another module.
    name = f"landloom_user_{digest_of_text(str(path.resolve()))}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path}: is not a Python file; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # numba and dataclasses expect it there
    try:
        with importing_from(path.parent):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise InputError(f"{place_of(error, path)}: {formatted(error)}") from None
    return module


def place_of(error: BaseException, path: Path) -> str:
    """Return the file and line of the user's code that raised an error: the innermost frame in its folder."""
    folder = path.resolve().parent
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if folder in Path(frame.filename).resolve().parents
    ]
    if not frames:
        return str(path)
    name = path if Path(frames[-1].filename).name == path.name else Path(frames[-1].filename)
    return f"{name}, line {frames[-1].lineno}"


def formatted(error: BaseException) -> str:
    """Return an error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def accepts(function: Callable[..., Any], arguments: Mapping[str, Any]) -> bool:
    """Return whether a function accepts data and keyword arguments, according to its signature."""
    try:
        inspect.signature(function).bind(None, **arguments)
    except TypeError:
        return False
    except ValueError:  # without a signature
        return True
    return True
