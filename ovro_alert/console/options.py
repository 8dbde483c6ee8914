"""Options from a form: one for each field, with its type, unit and limits."""

from __future__ import annotations

from typing import Any

import click
from pydantic import ValidationError

from ovro_alert.console.moments import MOMENT
from ovro_alert.nouns import Form

UNITS = {"_deg": "degrees", "_ms": "ms", "_mhz": "MHz", "_pc_cm3": "pc/cm³", "_s": "seconds"}
LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
KINDS: dict[str, click.ParamType[Any]] = {"number": click.FLOAT, "integer": click.INT, "string": click.STRING}


def options_of(form: type[Form]) -> list[click.Parameter]:
    """Make an option for each field of the form."""
    schema = form.model_json_schema()
    required = schema.get("required", [])
    return [_option(name, field, name in required) for name, field in schema["properties"].items()]


def filled(form: type[Form], given: dict[str, Any]) -> dict[str, Any]:
    """Return the form as the wire has it, or say which option is wrong and why."""
    try:
        return form.model_validate(given).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "-".join(str(part) for part in first["loc"]).replace("_", "-")
        message = f"--{name} {first['input']!s:.60}: {first['msg']}"
        raise click.UsageError(message) from None


def _option(name: str, field: dict[str, Any], required: bool) -> click.Option:
    kind = next((each for each in field.get("anyOf", ()) if each.get("type") != "null"), field)
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
    limits = " and ".join(f"{sign} {kind[word]:g}" for word, sign in LIMITS.items() if word in kind)
    default = f"default {field['default']}" if field.get("default") is not None else ""
    explained = field.get("description", "")
    says = "; ".join(part for part in (explained, f"{'' if explained else unit} {limits}".strip(), default) if part)
    return click.Option([f"--{name.replace('_', '-')}", name], type=_type(kind), required=required, help=says)


def _type(kind: dict[str, Any]) -> click.ParamType[Any]:
    if "enum" in kind:
        return click.Choice(kind["enum"])
    return MOMENT if kind.get("format") == "date-time" else KINDS[kind["type"]]
