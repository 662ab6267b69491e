"""Whether a model was trained with the context that it is used with."""

import json
from collections.abc import Mapping
from typing import Any

from landloom.core.errors import InputError
from landloom.models.contextual import Contextual
from landloom.models.interface import Model

KEYS = ("iterations", "histogram", "superpixels")
"""What of the configuration a model depends on."""


def of_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a model keeps of the plan's context."""
    return {key: content[key] for key in KEYS}


def check(path: str, model: Model, wanted: Mapping[str, Any] | None) -> None:
    """Raise where a model was trained with another context.

    Parameters
    ----------
    path : str
        Of the model, for messages.
    wanted : dict or None
        As of the plan; None without `context`.

    Raises
    ------
    InputError
        The message names the keys that differ, and what the model has.
    """
    how = model.how if isinstance(model, Contextual) else None
    if how is None and wanted is None:
        return
    if how is None:
        raise InputError(f"{path}: was trained without context; leave out `context`, or train it again with it")
    if wanted is None:
        raise InputError(f"{path}: was trained with context; give `context: {_worded(how)}`")
    flat, expected = _flat(how), _flat(of_content(wanted))
    if flat != expected:
        different = sorted(key for key in flat.keys() | expected.keys() if flat.get(key) != expected.get(key))
        told = ", ".join(f"`{key}: {json.dumps(flat.get(key))}`" for key in different)
        raise InputError(f"{path}: was trained with another context: give {told}, or train it again")


def _worded(how: Mapping[str, Any]) -> str:
    return json.dumps({key: value for key, value in how.items() if key != "superpixels"}).replace('"', "")


def _flat(how: Mapping[str, Any]) -> dict[str, Any]:
    """Return all keys as they stand in the configuration."""
    superpixels = how.get("superpixels") or {}
    return {
        **{f"context.{key}": how.get(key) for key in KEYS if key != "superpixels"},
        **{f"superpixels.{key}": value for key, value in superpixels.items()},
    }
