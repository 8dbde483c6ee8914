"""HTML from values: everything is escaped, unless it was made here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def cell(value: object) -> Markup:
    """Write a value as people read it; whatever came from outside is text and nothing else."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return Markup("")
    if isinstance(value, datetime):
        return Markup(f"<time>{value:%Y-%m-%d %H:%M:%S}</time>")
    if isinstance(value, float):
        return Markup(f"{value:.6g}")
    return Markup(escape(str(value)))


def word(text: str) -> Markup:
    """Write a state as a word that the style sheet knows."""
    safe = escape(text)
    return Markup(f'<span class="{safe}">{safe}</span>')


def link(path: str, text: object) -> Markup:
    """Write a link within the relay."""
    return Markup(f'<a href="{escape(path)}">{cell(text)}</a>')


def lines(values: Iterable[object]) -> Markup:
    """Write several values under each other."""
    return Markup("<br>".join(cell(value) for value in values))


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Markup:
    """Write a table; an empty one says so."""
    if not rows:
        return Markup(f"<section><h2>{escape(title)}</h2><p>none</p></section>")
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell(value)}</td>' for value in row)}</tr>" for row in rows)
    return Markup(
        f"<section><h2>{escape(title)}</h2><div><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div></section>"
    )
