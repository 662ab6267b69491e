"""Generated documentation: keys of the configuration, its JSON schema, and the layers of a map in README.md.

Run ``make docs`` after a change of :mod:`landloom.configuration.configuration` or :mod:`landloom.maps.layers`; a test
fails if the files are out of date.
"""

import inspect
import json
import re
import sys
import types
import typing
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from landloom.configuration.configuration import Configuration
from landloom.maps.layers import LAYERS, Layer

REPOSITORY = Path(__file__).resolve().parents[3]
MARKDOWN = REPOSITORY / "config" / "README.md"
SCHEMA = REPOSITORY / "workflow" / "schemas" / "config.schema.json"
README = REPOSITORY / "README.md"

_INTRODUCTION = """\
# Configuration

One YAML file defines the map and its inputs. `config/config.yaml` is that of the demo; `config/examples/` has one
file per use. Use your own with `snakemake --profile local --configfile my.yaml`. Relative paths refer to the folder
that Snakemake runs in (`--directory`, by default the current one).

An unknown key, a wrong type or value, a missing file, field or CRS: all errors are reported together before any job
starts, one line each (errors within scenes and polygons: by the first job that reads them). Editors with the YAML
language server check the file as you type with the schema in `workflow/schemas/config.schema.json`.

Text is one line without control characters. Use only configurations that you trust like programs: Snakemake executes
Python in a file that says `__use_yte__: true`, before landloom sees it.

This page is generated from the types in `scripts/landloom/configuration/configuration.py` by `make docs`.
"""

_LAYER_ROW = re.compile(rf"\| `map/run{{run}}/({'|'.join(layer.name for layer in LAYERS)})\.tif`")
_TABLE_HEAD = "\n| key | type | default | meaning |\n|---|---|---|---|\n"

_TYPE_NAMES = {"str": "text", "int": "integer", "float": "number", "bool": "yes/no", "date": "date", "Any": "value"}


def markdown() -> str:
    """Return the page that documents every key."""
    return _INTRODUCTION + "".join(_section("", Configuration, []))


def schema() -> str:
    """Return the JSON schema."""
    return json.dumps(Configuration.model_json_schema(), indent=1) + "\n"


def readme() -> str:
    """Return README.md with the rows of all layers, in place of those that it has."""
    lines = README.read_text(encoding="utf-8").splitlines(keepends=True)
    own = [rank for rank, line in enumerate(lines) if _LAYER_ROW.match(line)]
    return "".join([*lines[: own[0]], *map(_layer_row, LAYERS), *lines[own[-1] + 1 :]])


def _layer_row(layer: Layer) -> str:
    when = f"{layer.when}: " if layer.when else ""
    return f"| `map/run{{run}}/{layer.name}.tif` | {when}{layer.description} |\n"


def _section(prefix: str, model: type[BaseModel], seen: list[type[BaseModel]]) -> list[str]:
    """Return the table of a model's keys, followed by those of the models within."""
    title = f"`{prefix}`" if prefix else "Top level"
    lines = [f"\n## {title}\n\n{inspect.cleandoc(model.__doc__ or '')}\n{_TABLE_HEAD}"]
    inner: list[str] = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        lines.append(f"| `{key}` | {_kind(field)} | {_default(field)} | {field.description or _meaning(name)} |\n")
        path = f"{prefix}.{key}" if prefix else key
        for child, suffix in _models(field.annotation):
            if child not in seen:
                seen.append(child)
                inner += _section(f"{path}{suffix}{_variant(child)}", child, seen)
    return lines + inner


def _meaning(name: str) -> str:
    return "the kind of sensor; it decides the other keys" if name == "type" else ""


def _variant(model: type[BaseModel]) -> str:
    """Return the discriminator of a section's variants, as in ``sensors.<name> (type: series)``."""
    if "type" not in model.model_fields or model.model_fields["type"].default is not PydanticUndefined:
        return ""
    return f" (type: {get_args(model.model_fields['type'].annotation)[0]})"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if value is None:
        return "none"
    return "see below" if isinstance(value, BaseModel) else f"`{json.dumps(value, ensure_ascii=False)}`"


def _kind(field: FieldInfo) -> str:
    return _type_name(field.annotation).replace("|", "\\|")


def _type_name(annotation: Any) -> str:
    """Return a readable name of a type."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return _type_name(inner[0])
    if origin is typing.Literal:
        return " | ".join(f"`{value}`" for value in inner)
    if origin in (typing.Union, types.UnionType):
        names = [_type_name(one) for one in inner if one is not type(None)]
        return " | ".join(dict.fromkeys(names))
    if origin is list:
        return f"list of {_type_name(inner[0])}"
    if origin is dict:
        return f"mapping of {_type_name(inner[0])} to {_type_name(inner[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    return _TYPE_NAMES.get(getattr(annotation, "__name__", str(annotation)), str(annotation))


def _models(annotation: Any) -> list[tuple[type[BaseModel], str]]:
    """Return the sections within a type, with the addition of their key to the path."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [(annotation, "")]
    inner = get_args(annotation)
    suffix = ".<name>" if get_origin(annotation) is dict else ""
    children = inner[1:] if suffix else inner
    return [(model, suffix + deeper) for child in children for model, deeper in _models(child)]


def main() -> None:
    """Write all files."""
    SCHEMA.parent.mkdir(parents=True, exist_ok=True)
    for path, text in ((MARKDOWN, markdown()), (SCHEMA, schema()), (README, readme())):
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(REPOSITORY)}", file=sys.stderr)


if __name__ == "__main__":
    main()
