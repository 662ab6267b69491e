"""Addresses and the passwords in them: user names, signatures, keys and tokens, which no file or message may hold.

Secrets come from the environment: a key of the configuration names a variable, as in ``https://host/?api_key=${KEY}``,
and :func:`filled` puts its value in where the address is used. What is written anywhere has passed :func:`public`,
:func:`without_secrets` (which finds the addresses in a text) or :func:`stored` (of addresses that are opened again).
"""

import os
import re

from landloom.core.errors import InputError

HIDDEN = "***"

VARIABLE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}")
"""A variable of the environment, in a key of the configuration."""

SECRET_VARIABLES = (
    *("GDAL_HTTP_USERPWD", "GDAL_HTTP_PROXYUSERPWD", "GDAL_HTTP_BEARER"),
    *("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"),
)
"""Variables of the environment whose values are secrets as a whole."""

_LEAST_SECRET = 6
"""Characters of the shortest value of a variable that is looked for in texts: shorter ones are in every word."""

_WORDS = re.compile(
    r"(?:^|[-_.])(?:sig|signature|key|api-?key|access-?key(?:id)?|awsaccesskeyid|subscription-?key|pairid|token|"
    r"(?:access|auth|api|security|session|refresh|id)-?token|secret|pass|password|passwd|passphrase|pwd|auth|"
    r"authorization|credentials?|jwt|session|sas|hmac|hash|user|username)(?:$|[-_.])|^x-(?:amz|goog)-",
    re.I,
)
"""Names of parameters that are secrets: one of these words, alone or joined to others."""

_COMPANIONS = re.compile(
    r"expires|policy|s[eiprtv]|ss|srt|spr|sip|sdd|ske|skt|sks|skv|skoid|sktid|saoid|rsc[cdelt]", re.I
)
"""Names of parameters that are signed, in addresses of Azure and of content delivery networks: worthless alone."""

_OF_OTHER_MEANING = re.compile(r"key|user|username|pass|session|hash|auth|id", re.I)
"""Of the names of secrets, those that a sentence may hold before an equals sign."""

_HARMLESS = re.compile(r"version|versionid|generation|etag|v", re.I)
_OPAQUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w+/=.~%-]{24,}")

# A scheme has some letters: without this limit, a long text would be searched again from each of its letters.
_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+.-]{0,20}://)(?:[^\s/\"'<>?#]*@)?([^\s\"'<>?#]*)([?#][^\s\"'<>]*)?", re.I)
_WHOLE_ADDRESS = re.compile(
    r"(?P<scheme>(?:/vsicurl/)?[a-z][a-z0-9+.-]*://)(?:[^/?#]*@)?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.I | re.S,
)
_PARAMETER = re.compile(r"(?P<query>[?&])?(?<![\w.-])(?P<name>[\w.-]+)=(?P<value>[^\s&;,'\")\]}>]+)")
_HEADER = re.compile(r"((?:authorization|x-api-key|x-auth-token)['\"]?\s*[:=]\s*['\"]?)[^\r\n'\"]+", re.I)


def public(address: str) -> str:
    """Return an address for tables and messages: without user, password, query and fragment.

    Parameters
    ----------
    address : str
        With or without GDAL's prefix for its scheme; other texts are returned as they are.
    """
    return _ADDRESS.sub(r"\1\2", address)


def without_secrets(text: str) -> str:
    """Return a text without the secrets of the addresses, parameters and headers in it.

    Addresses are as :func:`public` gives them; elsewhere, values of parameters with the name of a secret are hidden,
    and what variables of the environment hold that are passwords.
    """
    for value in sorted((os.environ.get(name, "") for name in SECRET_VARIABLES), key=len, reverse=True):
        text = text.replace(value, HIDDEN) if len(value) >= _LEAST_SECRET else text
    if "://" in text:
        text = _ADDRESS.sub(_bare, text)
    if "=" in text:
        text = _PARAMETER.sub(_hidden, text)
    return _HEADER.sub(rf"\1{HIDDEN}", text)


def _bare(found: re.Match[str]) -> str:
    """Return an address up to its query; brackets and stops that close a sentence after it stay."""
    closing = re.search(r"[)\]},;:.`]*$", found[3] or "")
    return f"{found[1]}{found[2]}{closing[0] if closing else ''}"


def _hidden(found: re.Match[str]) -> str:
    """Return a parameter with its value hidden, if it is a secret."""
    name, query = found["name"], found["query"] or ""
    secret = is_secret(name) if query else _WORDS.search(name) and not _OF_OTHER_MEANING.fullmatch(name)
    if not secret or found["value"].startswith("${"):
        return found[0]
    return f"{query}{name}={HIDDEN}"


def is_secret(name: str) -> bool:
    """Return whether a parameter of an address is a secret by its name, or goes with one."""
    return bool(_WORDS.search(name) or _COMPANIONS.fullmatch(name))


def stored(address: str) -> str:
    """Return an address to be kept in a file and opened again: without user, password and secret parameters.

    Parameters with other names stay, unless their values look like keys, or they have none. Local paths stay; a text
    that is no address, or relative to one, is as :func:`without_secrets` gives it.
    """
    found = _WHOLE_ADDRESS.fullmatch(address)
    if not found:
        return without_secrets(address)
    kept = [one for one in (found["query"] or "").split("&") if one and not _is_signature(*one.partition("=")[::2])]
    return f"{found['scheme']}{found['path']}{'?' if kept else ''}{'&'.join(kept)}"


def _is_signature(name: str, value: str) -> bool:
    opaque = _OPAQUE.fullmatch(value) and not _HARMLESS.fullmatch(name)
    return bool(not value or is_secret(name) or opaque)


def written_secret(address: str) -> str:
    """Return what is written in an address that must come from a variable; empty if nothing is.

    Returns
    -------
    str
        `a password`, or `the value of` a parameter with the name of a secret.
    """
    user, at, _ = address.partition("://")[2].partition("/")[0].rpartition("@")
    if at and VARIABLE.sub("", user).strip(":"):
        return "a password"
    for one in address.partition("?")[2].split("&"):
        name, _, value = one.partition("=")
        if value and _is_signature(name, value) and VARIABLE.sub("", value):
            return f"the value of `{name}`"
    return ""


def missing(text: str) -> list[str]:
    """Return the variables that a text names and the environment lacks."""
    return sorted({name for name in VARIABLE.findall(text) if not os.environ.get(name)})


def filled(text: str) -> str:
    """Return a text with the values of the variables that it names.

    Raises
    ------
    InputError
        If the environment lacks one, or its value cannot be part of an address.
    """
    lacking = missing(text)
    if lacking:
        raise InputError(f"{text}: {not_set(lacking)}")
    return VARIABLE.sub(_value, text)


def not_set(names: list[str]) -> str:
    """Return what is wrong where variables are missing."""
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not set in the environment; export the value"


def _value(found: re.Match[str]) -> str:
    value = os.environ[found[1]]
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise InputError(f"the variable {found[1]} of the environment cannot be part of an address; encode it (%20)")
    return value
