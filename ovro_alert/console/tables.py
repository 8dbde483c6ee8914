"""Tables, times and ages for people. Words from outside are shown as they are: never markup, never obeyed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import click
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ovro_alert.console.plain import plain

PIPED_WIDTH = 240
"""Columns where there is no terminal to ask: a line in a log is not cut short."""
SPANS = ((86400, "d"), (3600, "h"), (60, "min"))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, nothing: str = "nothing") -> None:
    """Print rows under their headings; units are in the headings. Without rows, print the words for nothing."""
    first, *others = columns
    drawn = Table(Column(first, no_wrap=True), *others, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        drawn.add_row(*(Text(cell(value), overflow="fold") for value in row))
    if drawn.row_count:
        _paper().print(drawn)
    else:
        click.echo(nothing)


def sheet(pairs: Iterable[tuple[str, object]]) -> None:
    """Print names and values, one below the other; what is not known is left out."""
    drawn = Table.grid(padding=(0, 2))
    for name, value in pairs:
        if value is not None and value != "":
            drawn.add_row(Text(name, style="dim"), Text(cell(value), overflow="fold"))
    _paper().print(drawn)


def line(words: str) -> None:
    """Print one line, whatever is in it."""
    click.echo(plain(words))


def cell(value: object) -> str:
    """Write a value as a table has it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return plain(value)


def utc(moment: datetime | None) -> str:
    """Write a UTC moment to the second; the heading says that it is UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "-"


def age(moment: datetime | None, now: datetime) -> str:
    """Say how long ago, or in how long: `41 s`, `in 3.2 min`."""
    if moment is None:
        return "-"
    gone_s = (now - moment).total_seconds()
    return span(gone_s) if gone_s >= 0 else f"in {span(-gone_s)}"


def span(length_s: float) -> str:
    """Write a length of time in the unit that suits it."""
    for unit_s, unit in SPANS:
        if length_s >= unit_s:
            return f"{length_s / unit_s:.1f} {unit}"
    return f"{length_s:.0f} s" if length_s >= 10 else f"{length_s:.1f} s"


def args_in_words(args: dict[str, object]) -> str:
    """Write a command's arguments in one line, without those that are not set."""
    return " ".join(f"{name}={cell(value)}" for name, value in args.items() if value is not None)


def _paper() -> Console:
    """Write where standard output goes now, as wide as it is."""
    paper = Console(highlight=False, markup=False, emoji=False)
    return paper if paper.is_terminal else Console(highlight=False, markup=False, emoji=False, width=PIPED_WIDTH)
