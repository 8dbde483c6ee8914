"""How the demo speaks, and how it waits: for a while, and then it says for what."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

STEP_S = 20.0
"""How long any one step may take."""

LOOK_S = 0.05


def say(words: str) -> None:
    """Print a line."""
    click.echo(words)


def wait(look: Callable[[], bool], what: str | Callable[[], str], patience_s: float = STEP_S) -> None:
    """Look until it is so; after that many seconds the demo ends, and says for what it waited."""
    end = time.monotonic() + patience_s
    while not look():
        if time.monotonic() > end:
            name = what if isinstance(what, str) else what()
            raise click.ClickException(f"the demo waited {patience_s:g} s in vain for {name}")
        time.sleep(LOOK_S)
