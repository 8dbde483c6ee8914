"""What somebody sent: the body of a request, read into its form once the key has opened the door."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


async def sent(request: Request, form: type[T]) -> T:
    """Return the body as that form, whatever its Content-Type says; anything else is a ValidationError: 422."""
    return form.model_validate_json(await request.body())


def takes(form: type[BaseModel]) -> dict[str, Any]:
    """Return what /docs shows of a route that reads its body itself."""
    schema = form.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def asks(form: type[BaseModel], *in_path: str) -> dict[str, Any]:
    """Return what /docs shows of a route that reads its path and query itself."""
    fields = form.model_json_schema()["properties"]
    query = [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in fields.items()]
    path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path]
    return {"parameters": path + query}
