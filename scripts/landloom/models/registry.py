"""Families of models: how they are stored, found by name.

A family is a module with

``recognises(names) -> bool``
    whether a file whose entries have these names is of the family; it looks at nothing else;
``read(path) -> StoredModel``
    the model of a file: reading runs no code, and refuses as InputError what is damaged or could do harm;
``entries(model) -> dict[str, bytes]``
    what its file holds, by the names of the entries: the same model gives the same bytes;
``use_kernels()``
    calls its compiled code once, so that it is compiled ahead of the work; of families that have such.

A model names its family (:class:`landloom.models.interface.StoredModel`). What trains models stands in
:data:`landloom.training.registry.TRAINERS`. CONTRIBUTING.md shows how to add a family.
"""

from landloom.core.registry import Registry

FAMILIES = Registry(
    {
        "reduced": "landloom.models.reduced",
        "forest": "landloom.models.forest.files",
        "estimators": "landloom.models.estimators.files",
    }
)
"""In the order in which they are asked whether a file is theirs: one that wraps another comes first."""

WRAPPER = "reduced"
"""The family whose models wrap one of another: of components that features are reduced to."""
