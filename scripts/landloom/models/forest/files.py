"""Files of forests: npz, without pickle, checked before compiled code walks them."""

import json
import os
import zipfile
import zlib
from pathlib import Path
from tokenize import TokenError

import numpy as np

from landloom.core.errors import InputError
from landloom.models.archives import array_bytes, check_entry
from landloom.models.forest.model import ARRAYS, Forest, check_arrays
from landloom.models.forest.nodes import NODE
from landloom.models.registry import MARKS

FORMAT = "landloom forest 1"
DESCRIPTION = MARKS["forest"]


def entries(forest: Forest) -> dict[str, bytes]:
    """Return what the file of a forest holds, by the names of the entries."""
    description = {"format": FORMAT, "feature_names": forest.feature_names, "metadata": forest.metadata}
    text = json.dumps(description, sort_keys=True, ensure_ascii=False).encode()
    arrays = {name: getattr(forest, name) for name in ARRAYS}
    arrays["description"] = np.frombuffer(text, np.uint8)
    return {f"{name}.npy": array_bytes(array) for name, array in arrays.items()}


def read(path: str | os.PathLike[str]) -> Forest:
    """Read a forest; opening the file never runs code, and its nodes are checked before they are walked.

    Parameters
    ----------
    path : path
        File of :func:`entries`.

    Returns
    -------
    Forest
        The model.

    Raises
    ------
    InputError
        If the file cannot be read or is not a whole forest.
    """
    try:
        with Path(path).open("rb") as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("it is not an npz file, or its end is missing")
            check_entry(file, DESCRIPTION)
            file.seek(0)
            content = np.load(file, allow_pickle=False)
            description = json.loads(content["description"].tobytes())
            if description["format"] != FORMAT:
                raise ValueError(f"its format is {description['format']!r}, not {FORMAT!r}")
            for name in ARRAYS:
                check_entry(file, f"{name}.npy")
            arrays = {name: content[name] for name in ARRAYS}
        names, metadata = description["feature_names"], description["metadata"]
        forest = Forest(**arrays, feature_names=tuple(names), metadata=dict(metadata))
        check_arrays(forest)
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path} is not a whole model written by landloom: {error}") from error
    except (NotImplementedError, RuntimeError, MemoryError, SyntaxError, OverflowError, TokenError) as error:
        # what zipfile and numpy raise for encrypted entries and for garbage in headers
        raise InputError(f"{path} is not a model written by landloom ({type(error).__name__})") from error
    return forest


def use_kernels() -> None:
    """Call the kernels once, with the types of a forest: compiled ahead of the work."""
    leaf = np.array([(0, 0, ~0)], NODE)
    rows = np.arange(3), np.arange(2, dtype=np.uint16), np.ones(2, np.float32)
    forest = Forest(leaf, np.zeros(1, np.int64), *rows, ("a",), np.arange(1, 3, dtype=np.int32), {})
    forest.predict_proba(np.zeros((4, 1), np.int16))
