"""What all sections of the configuration are made of: names, numbers, paths."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from landloom.words import unfit

PositiveInt = Annotated[int, Field(gt=0, lt=2**31)]
NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
Name = Annotated[str, Field(pattern=NAME, max_length=60)]
Share = Annotated[float, Field(gt=0, lt=1)]


def no_braces(path: str) -> str:
    """Refuse a path that Snakemake would take for a pattern; it has no way to write a brace as such."""
    if "{" in path or "}" in path:
        raise ValueError("must not hold braces, which are placeholders to Snakemake")
    return path


def _no_address(path: str) -> str:
    """Refuse a path that GDAL or Snakemake would take for an address, as ``s3:``, or for options of a driver."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):
        raise ValueError("must not begin with letters and a colon, as addresses do")
    return path


def _whole_for_pyogrio(path: str) -> str:
    """Refuse a path of which pyogrio would open a part: what is before `;` in the name, or `!` anywhere."""
    if ";" in path.rpartition("/")[2] or "!" in path:
        raise ValueError("must not hold `!`, nor `;` in the file's name, which have a meaning to its reader")
    return path


def only_placeholders(pattern: str | None, *names: str) -> str | None:
    """Refuse a pattern of files with placeholders that nothing will stand for."""
    odd = sorted(set(re.findall(r"\{(.*?)\}", pattern or "")) - set(names))
    if odd:
        known = [f"{{{name}}}" for name in names]
        raise ValueError(f"holds {odd}; only {', '.join(known[:-1])} and {known[-1]} are known")
    return pattern


FolderPath = Annotated[str, AfterValidator(_no_address)]
InputPath = Annotated[FolderPath, AfterValidator(no_braces)]
VectorPath = Annotated[FolderPath, AfterValidator(_whole_for_pyogrio)]


class Section(BaseModel):
    """A part of the configuration: unknown keys are errors, values do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        """Refuse text that would break lines of tables and messages, or could not be written."""
        several = [*value, *value.values()] if isinstance(value, dict) else value
        for text in several if isinstance(several, list) else [several]:
            if isinstance(text, str) and (found := unfit(text)):
                raise ValueError(f"must not hold line breaks or control characters ({found})")
        return value
