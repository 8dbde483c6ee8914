"""What a threshold is: a default with its unit, its words, its source, and the bounds of what makes sense.

Sources: *assumed* is to be confirmed on site or by the science team; *computed* follows from what is named.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field


def limit(default: float, unit: str, says: str, source: str, **bounds: float) -> Any:  # noqa: ANN401 - as pydantic's Field
    """Return the field of one threshold."""
    return Field(default=default, description=says, json_schema_extra={"unit": unit, "source": source}, **bounds)  # type: ignore[call-overload]
