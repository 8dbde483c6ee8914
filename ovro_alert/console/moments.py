"""Moments on the command line: UTC, with a zone."""

from __future__ import annotations

import re
from datetime import datetime

import click

from ovro_alert.times import parse_utc

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Moment(click.ParamType[datetime]):
    """A UTC moment; one without a zone is refused, as everywhere. A day alone is its beginning."""

    name = "UTC"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or say what is wrong with it."""
        if isinstance(value, str) and DAY.fullmatch(value):
            value += "T00:00:00Z"
        try:
            return parse_utc(value)
        except ValueError as error:
            self.fail(f"{error}; write it like 2026-11-20T08:15:02Z or 2026-11-20", param, ctx)


MOMENT = Moment()
