"""Whether an Avro schema from outside may be followed: it ends, and everything that it repeats takes bytes."""

from __future__ import annotations

from typing import Any

from ovro_alert.errors import UnreadableNoticeError

PRIMITIVES = {"null": 0, "boolean": 1, "int": 1, "long": 1, "float": 4, "double": 8, "bytes": 1, "string": 1}
"""The fewest bytes of each."""
DEEPEST = 16
"""Twice as deep as igwn.alerts."""


def least_bytes(schema: Any, depth: int = 0) -> int:  # noqa: ANN401 - JSON of somebody else's
    """Return the fewest bytes that a value of this schema takes; a schema that is not plain is refused."""
    if depth > DEEPEST:
        raise UnreadableNoticeError("Avro with a schema nested too deep for any notice")
    if isinstance(schema, list):
        return 1 + min((least_bytes(branch, depth + 1) for branch in schema), default=0)
    if isinstance(schema, str):
        if schema in PRIMITIVES:
            return PRIMITIVES[schema]
        message = f"Avro with a schema that refers to {schema!r:.60}: one type within another may never end"
        raise UnreadableNoticeError(message)
    if not isinstance(schema, dict) or "logicalType" in schema:
        message = f"Avro with a schema that is not plain: {schema!r:.100}"
        raise UnreadableNoticeError(message)
    return _of_type(schema, depth)


def _of_type(schema: dict[str, Any], depth: int) -> int:
    kind = schema["type"]
    if kind == "record":
        return sum(least_bytes(field["type"], depth + 1) for field in schema["fields"])
    if kind == "fixed":
        return int(schema["size"])
    if kind == "enum":
        return 1
    if kind == "map":
        least_bytes(schema["values"], depth + 1)
        return 1
    if kind == "array":
        if least_bytes(schema["items"], depth + 1) < 1:
            raise UnreadableNoticeError("Avro with a list of what takes no bytes: it may never end")
        return 1
    return least_bytes(kind, depth + 1)
