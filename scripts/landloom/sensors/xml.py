"""XML metadata, parsed as untrusted input."""

from xml.etree import ElementTree

from landloom.core.errors import InputError


def parse_xml(text: str, name: str) -> ElementTree.Element:
    """Parse product metadata, which never need entities of their own.

    Raises
    ------
    InputError
        If the text is not XML, or declares entities (which could expand without end, or read files).
    """
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise InputError(f"{name}: declares entities or a document type, which metadata of a product never does")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise InputError(f"{name}: is not well-formed XML ({error})") from None
