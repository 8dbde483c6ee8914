"""The first binary table of a FITS file: its header by astropy, its columns seen where they lie."""

from __future__ import annotations

import io
import re
from typing import Any, NamedTuple

import numpy as np
from astropy.io import fits

Header = Any
"""astropy's, which has no types."""
BLOCK = 2880
HEADER_LIMIT_BYTES = 64 * BLOCK
"""Thirty times that of a usual sky map."""
COLUMNS_AT_MOST = 100
FORM = re.compile(r"(\d{0,6})([LXBIJKAEDCMPQ])", re.ASCII)
BITS = {"X": 1, "I": 16} | dict.fromkeys("LBA", 8) | dict.fromkeys("JE", 32) | dict.fromkeys("KDCP", 64)
BITS |= dict.fromkeys("MQ", 128)
"""How much of a row one of each type takes."""
NUMBERS = {"J": (">i4", np.int64), "K": (">i8", np.int64), "E": (">f4", np.float64), "D": (">f8", np.float64)}
"""Types of a column of numbers: as stored, and as read."""
SIGN = np.int64(-(2**63))

Numbers = np.ndarray[tuple[int], np.dtype[Any]]


class Column(NamedTuple):
    """A column by its number from 1, its FITS type, how many of it are in a row, and where in the row, bytes."""

    number: int
    kind: str
    repeat: int
    offset: int


class Table(NamedTuple):
    """A binary table: its header, its rows as they lie, the bytes of a row, and its columns by name."""

    header: Header
    rows: memoryview
    row_bytes: int
    columns: dict[str, Column]

    def column(self, name: str) -> Numbers:
        """Return a column of one number in each row: floats as 64 bits, integers as signed 64 bits."""
        column = self.columns.get(name)
        if column is None:
            message = f"no column {name}"
            raise ValueError(message)
        if column.repeat != 1 or column.kind not in NUMBERS:
            message = f"column {name} is {column.repeat}{column.kind}, not one number in each row"
            raise ValueError(message)
        stored, wanted = NUMBERS[column.kind]
        layout: Any = {"names": [name], "formats": [stored], "offsets": [column.offset], "itemsize": self.row_bytes}
        values: Numbers = np.frombuffer(self.rows, np.dtype(layout))[name].astype(wanted)
        return values ^ SIGN if self._unsigned(name, column) else values

    def _unsigned(self, name: str, column: Column) -> bool:
        """Say whether these are unsigned integers, which FITS writes as signed ones 2⁶³ lower."""
        scale, zero = (self.header.get(f"{key}{column.number}", plain) for key, plain in (("TSCAL", 1), ("TZERO", 0)))
        if scale != 1 or (zero != 0 and (zero != 2**63 or column.kind != "K")):
            message = f"column {name} is scaled by {scale!r:.30} and {zero!r:.30}"
            raise ValueError(message)
        return bool(zero)


def table_of(body: bytes, rows_at_most: int) -> Table:
    """Return the table that follows an empty primary array; ValueError, or any error of astropy's, if there is none."""
    if body.startswith(b"\x1f\x8b"):
        raise ValueError("gzipped, and never unpacked here")
    if not body.startswith(b"SIMPLE  ="):
        message = f"no FITS: it begins with {body[:20]!r}"
        raise ValueError(message)
    file = io.BytesIO(body[:HEADER_LIMIT_BYTES])
    if fits.Header.fromfile(file)["NAXIS"] != 0:
        raise ValueError("an image comes before its table")
    header = fits.Header.fromfile(file)
    columns, row_bytes = _columns(header)
    rows = header["NAXIS2"]
    if not isinstance(rows, int) or not 0 < rows <= rows_at_most:
        message = f"it has {rows!r:.40} rows, not 1 to {rows_at_most}"
        raise ValueError(message)
    lying = memoryview(body)[file.tell() : file.tell() + rows * row_bytes]
    if len(lying) < rows * row_bytes:
        message = f"cut off: {len(lying)} bytes of {rows} rows of {row_bytes}"
        raise ValueError(message)
    return Table(header, lying, row_bytes, columns)


def _columns(header: Header) -> tuple[dict[str, Column], int]:
    """Return the columns by name, and the bytes of a row."""
    if header["XTENSION"] != "BINTABLE" or header["BITPIX"] != 8 or header["NAXIS"] != 2:
        raise ValueError("no binary table follows")
    many, row_bytes = header["TFIELDS"], header["NAXIS1"]
    if not isinstance(many, int) or not 0 < many <= COLUMNS_AT_MOST:
        message = f"it has {many!r:.40} columns, not 1 to {COLUMNS_AT_MOST}"
        raise ValueError(message)
    columns: dict[str, Column] = {}
    offset = 0
    for index in range(1, many + 1):
        form = FORM.match(header[f"TFORM{index}"])
        if form is None:
            message = f"TFORM{index} is {header[f'TFORM{index}']!r:.40}"
            raise ValueError(message)
        column = Column(index, form[2], int(form[1] or 1), offset)
        if columns.setdefault(str(header.get(f"TTYPE{index}", index)).strip().upper(), column) is not column:
            raise ValueError("two columns have one name")
        offset += (column.repeat * BITS[column.kind] + 7) // 8
    if offset != row_bytes:
        message = f"its columns take {offset} bytes of a row, its rows {row_bytes!r:.40}"
        raise ValueError(message)
    return columns, offset
