"""Registries: named implementations of one interface, each a module that is loaded on demand.

Importing a registry imports none of its members. Code digests do not follow it either;
:mod:`landloom.provenance.code_digests` adds the members that a configuration names. A product therefore depends on
the members that it uses and on no others.
"""

import importlib
from collections.abc import Iterator, Mapping
from types import ModuleType


class Registry(Mapping[str, str]):
    """Modules of members by their name in the configuration.

    Parameters
    ----------
    members : dict of name: module
        A literal at the place of definition, since code digests read it there.
    """

    def __init__(self, members: Mapping[str, str]) -> None:
        self._members = dict(members)

    def __getitem__(self, name: str) -> str:
        """Return the dotted name of a member's module."""
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of all members in their order."""
        return iter(self._members)

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self._members)

    def load(self, name: str) -> ModuleType:
        """Import the module of a member.

        Raises
        ------
        KeyError
            If there is no such member.
        """
        return importlib.import_module(self._members[name])
