"""GET /docs: every route and every form of the wire, on one page without scripts, written from the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ovro_alert.pages.markup import Markup, cell, table
from ovro_alert.pages.operators import HEADERS, STYLE
from ovro_alert.pages.types import type_of
from ovro_alert.relay.routes.doors import Reader
from ovro_alert.relay.routes.openapi import document

SKELETON = Template((Path(__file__).parent / "reference.html").read_text())
Part = Mapping[str, Any]
"""A part of the OpenAPI document."""

router = APIRouter()


@router.get("/docs", response_class=HTMLResponse, include_in_schema=False)
async def reference(request: Request, _: Reader) -> HTMLResponse:
    """Show what can be asked of the relay, and every field of what it answers."""
    sections = Markup("".join(_sections(document(request))))
    return HTMLResponse(SKELETON.substitute(style=STYLE, sections=sections), headers=HEADERS)


def _sections(whole: Part) -> Iterator[Markup]:
    for path, methods in whole["paths"].items():
        for method, route in methods.items():
            yield _route(f"{method.upper()} {path}", route)
    for name, form in sorted(whole["components"]["schemas"].items()):
        yield Markup(f'<article id="{escape(name)}">{_form(name, form)}{_words(form)}</article>')


def _route(title: str, route: Part) -> Markup:
    asked = [
        (one["name"], one["in"], type_of(one["schema"]), "required" if one["required"] else "", one.get("description"))
        for one in route.get("parameters", ())
    ]
    body = [(media, type_of(content["schema"])) for media, content in _contents(route.get("requestBody", {}))]
    answers = [
        (status, media, type_of(content.get("schema", {})))
        for status, answer in route["responses"].items()
        for media, content in _contents(answer)
    ]
    rows = [("body", media, kind, "required", "") for media, kind in body]
    rows += [(status, media, kind, "", "answer") for status, media, kind in answers]
    return Markup(table(title, ("name", "where", "type", "", "what"), [*asked, *rows]) + _words(route))


def _form(name: str, form: Part) -> Markup:
    required = form.get("required", ())
    rows = [
        (field, type_of(one), "required" if field in required else _default(one), one.get("description"))
        for field, one in form.get("properties", {}).items()
    ]
    return table(name, ("field", "type", "", "what"), rows or [("", type_of(form), "", "")])


def _contents(part: Part) -> list[tuple[str, Part]]:
    return list(part.get("content", {}).items())


def _default(field: Part) -> str:
    return f"[{field['default']}]" if field.get("default") not in (None, "", [], {}) else ""


def _words(part: Part) -> Markup:
    return Markup(f"<p>{cell(part.get('description', ''))}</p>")
