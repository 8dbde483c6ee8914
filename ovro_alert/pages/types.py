"""The types of JSON Schema in words, with their limits; a form is a link to its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ovro_alert.pages.markup import Markup, cell, link

LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "pattern": "as {}",
    "format": "{}",
}


def type_of(schema: Mapping[str, Any]) -> Markup:
    """Return what a value may be."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return link(f"#{name}", name)
    if choices := schema.get("anyOf", schema.get("oneOf")):
        return Markup(" or ".join(type_of(choice) for choice in choices))
    if "const" in schema or "enum" in schema:
        return cell(" or ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")])))
    limits = [words.format(schema[limit]) for limit, words in LIMITS.items() if limit in schema]
    return Markup(", ".join([_kind(schema), *(cell(limit) for limit in limits)]))


def _kind(schema: Mapping[str, Any]) -> Markup:
    if schema.get("type") == "array":
        return Markup(f"list of {type_of(schema.get('items', {}))}")
    if fields := schema.get("properties"):
        return Markup("{" + ", ".join(f"{cell(name)}: {type_of(field)}" for name, field in fields.items()) + "}")
    return cell(schema.get("type", schema.get("title", "anything")))
