"""A translation under way: the keys of iota2's file that are answered, and the configuration that they give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.iota2 import places, reading, sections
from landloom.iota2.answers import ADDED, DIFFERENT, EQUAL, MISSING, UNKNOWN, UNNEEDED, Answer
from landloom.iota2.reading import Block, Entry
from landloom.iota2.sections import folded

_NOTHING: tuple[object, ...] = (None, "", "None", [])


@dataclass(frozen=True)
class Given:
    """A key of the file.

    Attributes
    ----------
    key : str
        With its section, as ``chain.listTile``.
    entry : Entry
    """

    key: str
    entry: Entry

    @property
    def value(self) -> Any:
        """Return the value, with dictionaries in place of blocks."""
        return reading.plain(self.entry.value)

    @property
    def text(self) -> str:
        """Return the value as text."""
        return str(self.value)

    @property
    def number(self) -> float:
        """Return the value, which must be a number.

        Raises
        ------
        InputError
            If it is none.
        """
        value = self.entry.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._unfit("a number")
        return value

    @property
    def several(self) -> list[Any]:
        """Return the values of a list; a value that stands alone as a list of one."""
        return self.value if isinstance(self.entry.value, list) else [self.value]

    @property
    def mapping(self) -> dict[str, Any]:
        """Return the value, which must be a mapping; raises as :attr:`number`."""
        if not isinstance(self.entry.value, Block):
            raise self._unfit("a mapping")
        found: dict[str, Any] = self.value
        return found

    def _unfit(self, wanted: str) -> InputError:
        shown = shortened(str(self.value))
        return InputError(f"line {self.entry.line}: {self.key} must be {wanted}, not `{shown}`")

    @property
    def inner(self) -> "list[Given]":
        """Return the keys of a mapping."""
        value = self.entry.value
        entries = value.entries if isinstance(value, Block) else ()
        return [Given(f"{self.key}.{one.name}", one) for one in entries]


@dataclass(frozen=True)
class Options:
    """What the command line says beside the file.

    Attributes
    ----------
    stem : str
        What the names of tables beside the new configuration begin with.
    folders : tuple of path
        That relative paths of the file may begin in.
    year : int or None
        To map, where neither file nor archive tells.
    """

    stem: str
    folders: tuple[Path, ...]
    year: int | None = None


@dataclass
class Translation:
    """The file, what of it is answered, and what it gives.

    Attributes
    ----------
    document : Block
    options : Options
    content : dict
        The new configuration.
    tables : dict of str: str
        Text files beside it, by name.
    answers : list of Answer
    """

    document: Block
    options: Options
    content: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
    _answered: set[int] = field(default_factory=set)

    @property
    def is_old(self) -> bool:
        """Return whether the file is of 2020: its folder of results is spelt as then."""
        names = {one.entry.name for section in self.sections for one in section.inner}
        return "outputPath" in names

    @property
    def sections(self) -> list[Given]:
        """Return the sections of the file."""
        return [Given(entry.name, entry) for entry in self.document.entries]

    def find(self, name: str, section: str | None = None) -> Given | None:
        """Return a key by the name of either age; of any section whose keys moved, or of one section."""
        self._asked.add(name)
        for one in self.sections:
            if folded(one.key) == folded(section) if section else sections.is_shared(one.key):
                for given in one.inner:
                    if folded(given.entry.name) == folded(name):
                        return given
        return None

    def take(self, name: str, section: str | None = None) -> Given | None:
        """Return a key that has a value; one that says nothing is answered."""
        return self._with_value(self.find(name, section))

    def take_inner(self, outer: Given, name: str) -> Given | None:
        """Return a key of a mapping, likewise."""
        self._asked.add(name)
        found = [one for one in outer.inner if folded(one.entry.name) == folded(name)]
        return self._with_value(found[0] if found else None)

    def take_on(self, name: str, section: str | None = None) -> Given | None:
        """Return a key that is switched on; one that is off is answered."""
        given = self.take(name, section)
        if given is None or given.value is True:
            return given
        self.unneeded(given, "off")
        return None

    def _with_value(self, given: Given | None) -> Given | None:
        if given is not None and given.value in _NOTHING:
            self.unneeded(given, "not given")
            return None
        return given

    def put(self, place: str, value: Any) -> None:
        """Set a key of the new configuration, as ``reference.file``."""
        *outer, last = place.split(".")
        section = self.content
        for name in outer:
            section = section.setdefault(name, {})
        section[last] = value

    def equal(self, given: Given, place: str, value: Any) -> None:
        """Set a key that means the same."""
        self.put(place, value)
        self._answer(given, EQUAL, _shown(place, value))

    def different(self, given: Given, place: str, value: Any, how: str) -> None:
        """Set a key that means nearly the same."""
        self.put(place, value)
        self._answer(given, DIFFERENT, f"{_shown(place, value)}; {how}")

    def same(self, given: Given, text: str) -> None:
        """Answer a key that is equal, and needs no place of its own or has it already."""
        self._answer(given, EQUAL, text)

    def told(self, given: Given, text: str) -> None:
        """Answer a key that differs, and needs no place of its own or has it already."""
        self._answer(given, DIFFERENT, text)

    def unneeded(self, given: Given, why: str) -> None:
        """Answer a key that is not needed; of a mapping, each key within."""
        for leaf in _leaves(given):
            self._answer(leaf, UNNEEDED, why)

    def unneeded_all(self, keys: Iterable[Given | None], why: str) -> None:
        """Answer those keys of several that are given, likewise."""
        for given in keys:
            if given:
                self.unneeded(given, why)

    def missing(self, given: Given, why: str) -> None:
        """Answer a key that asks for what landloom cannot do."""
        self._answer(given, MISSING, why)

    def unneeded_section(self, section: str, why: str) -> None:
        """Answer all keys of a section that are not answered."""
        for one in self.sections:
            if folded(one.key) == folded(section):
                for given in _leaves(one):
                    if id(given.entry) not in self._answered:
                        self.unneeded(given, why)

    def default(self, key: str, place: str, value: Any, why: str) -> None:
        """Set what iota2 does where its file says nothing, and landloom would not."""
        self.put(place, value)
        self.added(key, f"{_shown(place, value)}; {why}")

    def added(self, key: str, text: str) -> None:
        """Tell what is set, or has just been, where the file says nothing."""
        self.answers.append(Answer(0, key, ADDED, text))

    def differs(self, key: str, text: str) -> None:
        """Tell in what landloom differs where the file says nothing."""
        self.answers.append(Answer(0, key, DIFFERENT, text))

    def lacking(self, place: str, why: str) -> None:
        """Tell what landloom needs, and nothing says."""
        self.answers.append(Answer(0, place, MISSING, why))

    def unknown_keys(self, others: Mapping[str, str]) -> None:
        """Answer all keys that nothing has asked for: by reasons why they are not needed, else as unknown."""
        reasons = {folded(name): why for name, why in others.items()}
        known = sorted({*self._asked, *others})
        self._unknown_sections()
        for given in [leaf for section in self.sections for leaf in _leaves(section)]:
            if id(given.entry) in self._answered:
                continue
            name = given.entry.name
            if folded(name) in reasons:
                self.unneeded(given, reasons[folded(name)])
            elif folded(name) in {folded(one) for one in self._asked}:
                self._answer(given, UNKNOWN, "not expected here; iota2 has it elsewhere")
            else:
                self._answer(given, UNKNOWN, f"no key {labels.named(name, known)} of iota2 is known")

    def _unknown_sections(self) -> None:
        for section in self.sections:
            if not sections.is_known(section.key):
                which = labels.named(section.key, (*sections.SHARED, *sections.SEPARATE))
                for given in _leaves(section):
                    self._answer(given, UNKNOWN, f"no section {which} of iota2 is known")

    def _answer(self, given: Given, status: str, text: str) -> None:
        self._answered |= {id(given.entry), *(id(one.entry) for one in _leaves(given))}
        self.answers.append(Answer(given.entry.line, given.key, status, text))

    def file(self, given: Given, place: str, how: str = "") -> Path | None:
        """Set a key to a path of the file, which differs as told; return where it leads, None where nothing is."""
        path = self.path(given.text)
        if problem := self.absent(given.text):
            self.put(place, path)
            self.missing(given, f"`{place}`: {problem}")
        elif how:
            self.different(given, place, path, how)
        else:
            self.equal(given, place, path)
        return self.found(given.text)

    def field(self, given: Given, place: str, path: Path | None) -> None:
        """Set a key to a field of a vector file, which has it if it is there."""
        if problem := places.field_problem(path, given.text):
            self.put(place, given.text)
            self.missing(given, f"`{place}`: {problem}")
        else:
            self.equal(given, place, given.text)

    def names(self, section: str, path: Path | None) -> None:
        """Set the names of regions or zones to all values of their field, if their file is there."""
        field = value_at(self.content, section)["field"]
        try:
            if path is None:
                raise InputError(f"the file is not there, whose field `{field}` has them")
            self.put(f"{section}.names", places.names_of(path, field))
        except InputError as error:
            self.lacking(f"{section}.names", str(error))

    def path(self, text: str) -> str:
        """Return a path of the file as the new configuration has it: absolute, where it is found or belongs."""
        return text if Path(text).is_absolute() else str(places.meant(text, self.options.folders))

    def found(self, text: str) -> Path | None:
        """Return a file or folder that a path of the file leads to; None where there is nothing."""
        return places.found(text, self.options.folders)

    def absent(self, text: str) -> str:
        """Return the message for a path of the file that leads nowhere; empty where something is."""
        return "" if self.found(text) else places.nothing_at(places.meant(text, self.options.folders))


def value_at(content: Mapping[str, Any], place: str) -> Any:
    """Return what stands at a place of a configuration, as ``vectors.zones``."""
    found: Any = content
    for name in place.split("."):
        found = found[name]
    return found


def _leaves(given: Given) -> list[Given]:
    """Return the keys within a section or mapping that are no mappings; the key itself, if it is none."""
    if not isinstance(given.entry.value, Block) or not given.entry.value.entries:
        return [given]
    return [leaf for one in given.inner for leaf in _leaves(one)]


def _shown(place: str, value: Any) -> str:
    """Return a key with its value, if that is short."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{place}: {text}`" if len(text) <= 60 else f"`{place}`"
