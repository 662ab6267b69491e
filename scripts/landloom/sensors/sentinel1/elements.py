"""Elements of annotation files: text, numbers and times, checked one by one.

Messages name file and element, since these files have megabytes and come from many versions of a processor.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Self
from xml.etree import ElementTree

import numpy as np

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.sensors.xml import parse_xml

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z?", re.ASCII)
_MICROSECOND = datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class Element:
    """An element of an XML file.

    Attributes
    ----------
    node : xml.etree.ElementTree.Element
    where : str
        Product and file, for messages.
    path : str
        Path of the element in the file, for messages.
    """

    node: ElementTree.Element
    where: str
    path: str

    @classmethod
    def root(cls, text: str, where: str, tag: str) -> Self:
        """Return the root of a file.

        Raises
        ------
        InputError
            If the text is not whole XML, declares a document type or entities, or has another root.
        """
        node = parse_xml(text, where)
        if node.tag != tag:
            raise InputError(f"{where}: is {shortened(repr(node.tag))}, not {tag} of Sentinel-1")
        return cls(node, where, tag)

    def one(self, path: str) -> Self:
        """Return the first element at a path; raise if there is none."""
        found = self.node.find(path)
        if found is None:
            raise InputError(f"{self.where}: {self.path}/{path} is missing")
        return type(self)(found, self.where, f"{self.path}/{path}")

    def many(self, path: str) -> list[Self]:
        """Return all elements at a path, in the order of the file."""
        found = self.node.findall(path)
        return [type(self)(node, self.where, f"{self.path}/{path}[{n}]") for n, node in enumerate(found, 1)]

    def some(self, path: str) -> list[Self]:
        """Return all elements at a path; raise if there is none."""
        found = self.many(path)
        if not found:
            raise InputError(f"{self.where}: {self.path}/{path} is missing")
        return found

    def text(self, path: str) -> str:
        """Return the text of an element; raise if it is missing or empty."""
        text = (self.one(path).node.text or "").strip()
        if not text:
            raise InputError(f"{self.where}: {self.path}/{path} is empty")
        return text

    def number(self, path: str) -> float:
        """Return a finite number."""
        text = self.text(path)
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise self.unfit(path, text, "a number")
        return value

    def positive(self, path: str) -> float:
        """Return a number above 0."""
        value = self.number(path)
        if value <= 0:
            raise self.unfit(path, self.text(path), "above 0")
        return value

    def whole(self, path: str) -> int:
        """Return a whole number."""
        text = self.text(path)
        if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
            raise self.unfit(path, text, "a whole number")
        return int(text)

    def truth(self, path: str) -> bool:
        """Return a value that is ``true`` or ``false``."""
        text = self.text(path).lower()
        if text not in ("true", "false"):
            raise self.unfit(path, text, "true or false")
        return text == "true"

    def numbers(self, path: str) -> np.ndarray:
        """Return a list of finite numbers as a (n,) array of float64.

        Raises
        ------
        InputError
            Also if the list does not hold as many as its attribute ``count`` says.
        """
        words = self.text(path).split()
        try:
            values = np.array(words, np.float64)
        except ValueError:
            values = np.array([np.nan])
        if not np.isfinite(values).all():
            raise self.unfit(path, " ".join(words[:8]), "a list of numbers")
        count = self.one(path).node.get("count", str(values.size))
        if count != str(values.size):
            raise InputError(f"{self.where}: {self.path}/{path} holds {values.size} numbers, not {shortened(count)}")
        return values

    def time(self, path: str) -> datetime.datetime:
        """Return a time, UTC; what is finer than a microsecond is cut."""
        text = self.text(path)
        try:
            if _TIME.fullmatch(text):
                return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            pass
        raise self.unfit(path, text, "a time as 2021-08-09T17:39:53.153776")

    def seconds(self, path: str, start: datetime.datetime) -> float:
        """Return a time in seconds since another, to the microsecond."""
        return (self.time(path) - start) / _MICROSECOND * 1e-6

    def unfit(self, path: str, text: str, expected: str) -> InputError:
        """Return the error for an element with a wrong text."""
        return InputError(f"{self.where}: {self.path}/{path} is {shortened(repr(text))}, not {expected}")
