"""The repeater table: sources of repeating fast radio bursts, each row with its reference.

A row can be added without a release: in a CSV file with the same columns, named by the setting `repeaters_file`.
"""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from ovro_alert.alerts import source_key
from ovro_alert.nouns import Noun

SHIPPED = Path(__file__).with_name("repeaters.csv")
FILE_LIMIT_BYTES = 1024 * 1024
COLUMNS = (
    "name",
    "aliases",
    "ra_deg",
    "dec_deg",
    "ra_error_deg",
    "dec_error_deg",
    "dm_pc_cm3",
    "dm_spread_pc_cm3",
    "chance_rate",
    "reference",
    "note",
)

log = logging.getLogger(__name__)


class Region(Noun):
    """One possible position, ICRS degrees. Errors are 1 σ true angles on the sky along RA and Dec."""

    ra_deg: float = Field(ge=0, lt=360)
    dec_deg: float = Field(ge=-90, le=90)
    ra_error_deg: float = Field(gt=0, le=10)
    dec_error_deg: float = Field(gt=0, le=10)

    @property
    def r95_deg(self) -> float:
        """2-D 95 % radius of the larger axis, degrees."""
        return R95_PER_SIGMA * max(self.ra_error_deg, self.dec_error_deg)


R95_PER_SIGMA = 2.448
"""2-D 95 % radius over the 1 σ error of one axis: sqrt(−2 ln 0.05)."""


class Repeater(Noun):
    """One source; `chance_rate` is the catalogue's contamination rate Rcc, 0.5 and over is a candidate."""

    name: str = Field(min_length=1, max_length=80)
    aliases: tuple[str, ...] = ()
    regions: tuple[Region, ...] = Field(min_length=1)
    dm_pc_cm3: float = Field(gt=0, le=20000)
    dm_spread_pc_cm3: float = Field(ge=0, le=1000)
    chance_rate: float | None = Field(default=None, ge=0)
    reference: str = Field(min_length=1)
    note: str = ""

    def goes_by(self, name: str) -> bool:
        """Say whether this is the source of that name, however it is written."""
        key = source_key(name)
        return any(source_key(own) == key for own in (self.name, *self.aliases))


class ReadTable(NamedTuple):
    """What a file held: its rows, and one sentence for each line that is none."""

    repeaters: tuple[Repeater, ...]
    complaints: tuple[str, ...] = ()


def load_repeaters(extra: Path | None = None) -> tuple[Repeater, ...]:
    """Return the shipped table with the rows of a file of one's own; such a row replaces a shipped one of its name.

    What is wrong in that file is logged as a warning that names the line; the rest of it, and the shipped table, hold.
    """
    shipped = read_repeaters(SHIPPED)
    added = read_repeaters(extra) if extra else ReadTable(())
    for complaint in (*shipped.complaints, *added.complaints):
        log.warning("%s", complaint)
    named = {source_key(row.name): row for row in (*shipped.repeaters, *added.repeaters)}
    return tuple(named.values())


def read_repeaters(path: Path) -> ReadTable:
    """Read one CSV file; never raises."""
    try:
        if path.stat().st_size > FILE_LIMIT_BYTES:
            return ReadTable((), (f"{path}: larger than 1 MiB, no repeater table; not read",))
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return ReadTable((), (f"{path}: cannot be read: {error}; its repeaters are missing",))
    rows: list[Repeater] = []
    complaints: list[str] = []
    for found in _rows(path, text):
        if isinstance(found, Repeater):
            rows.append(found)
        else:
            complaints.append(found)
    return ReadTable(tuple(rows), tuple(complaints))


def _rows(path: Path, text: str) -> Iterator[Repeater | str]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            yield f"{path}, line 1: the columns {', '.join(missing)} are missing; nothing was read"
            return
        for row in reader:
            yield _repeater(path, reader.line_num, row)
    except csv.Error as error:
        yield f"{path}, line {reader.line_num}: not CSV ({error}); it and all after it are missing"


def _repeater(path: Path, line: int, row: dict[str, str]) -> Repeater | str:
    try:
        return Repeater(
            name=row["name"].strip(),
            aliases=tuple(alias.strip() for alias in (row["aliases"] or "").split(";") if alias.strip()),
            regions=_regions(row),
            dm_pc_cm3=float(row["dm_pc_cm3"]),
            dm_spread_pc_cm3=float(row["dm_spread_pc_cm3"]),
            chance_rate=float(row["chance_rate"]) if (row["chance_rate"] or "").strip() else None,
            reference=row["reference"] or "",
            note=row["note"] or "",
        )
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(str(part) for part in first['loc'])} = {first['input']!r:.60}: {first['msg']}"
    except (ValueError, TypeError, AttributeError) as error:
        why = str(error)
    return f"{path}, line {line}: {row.get('name') or 'no name'}: {why}; this row is left out"


def _regions(row: dict[str, str]) -> tuple[Region, ...]:
    columns = ("ra_deg", "dec_deg", "ra_error_deg", "dec_error_deg")
    values = [[float(part) for part in row[column].split(";")] for column in columns]
    if len({len(column) for column in values}) != 1:
        message = f"{', '.join(columns)} do not list the same number of regions"
        raise ValueError(message)
    return tuple(Region(**dict(zip(columns, region, strict=True))) for region in zip(*values, strict=True))
