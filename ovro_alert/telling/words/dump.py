"""A buffer dump that is commanded, or that would be: how long, how large, what it captures of a burst."""

from __future__ import annotations

from ovro_alert.commands import Command
from ovro_alert.observatory import DUMP_BAND
from ovro_alert.telling.words.figures import fraction, joined, number, quantity
from ovro_alert.verdicts import Figure


def dump(figures: dict[str, Figure], command: Command | None) -> str | None:
    """Return one line; None where it is not known what a dump would capture."""
    captured, least = number(figures.get("captured")), number(figures.get("captured_least"))
    if captured is None or least is None:
        return None
    band = f"{fraction(captured)} of {DUMP_BAND.bottom_mhz:g}–{DUMP_BAND.top_mhz:.2f} MHz"
    if command is None and captured < least:
        return f"Too late to dump: the buffer would still give {band}"
    files, size = quantity(figures.get("dump_files"), ".0f", " files"), quantity(figures.get("dump_tb"), ".1f", " TB")
    what = joined(quantity(figures.get("dump_s"), ".0f", " s"), files, size)
    if command is None:
        return f"A dump of {what} would capture {band}"
    return joined(f"Dump of {what}: captures {band}", latest(command), by="; ")


def latest(command: Command | None) -> str | None:
    """Return until when a command may be begun."""
    return f"latest start {command.deadline:%H:%M:%S}" if command is not None else None
