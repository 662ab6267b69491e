"""Registries: members of a kind by name, each a module that is loaded when it is asked for.

A registry is a door: importing the module that holds it imports none of its members, and digests of code do not look
behind it (:mod:`landloom.provenance.code_digests` adds the members that a configuration names). So a product depends
on the members it uses, and on no other.
"""

import importlib
from collections.abc import Iterator, Mapping
from types import ModuleType


class Registry(Mapping[str, str]):
    """Modules of members, by the name that a configuration gives them.

    Parameters
    ----------
    members : dict of name: module
        Written out as a literal where the registry is made, since digests of code read it there.
    """

    def __init__(self, members: Mapping[str, str]) -> None:
        self._members = dict(members)

    def __getitem__(self, name: str) -> str:
        """Return the dotted name of a member's module."""
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names of all members, in their order."""
        return iter(self._members)

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self._members)

    def load(self, name: str) -> ModuleType:
        """Import the module of a member.

        Raises
        ------
        KeyError
            Where there is no such member.
        """
        return importlib.import_module(self._members[name])
