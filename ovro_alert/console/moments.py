"""Moments on the command line: UTC, with a zone."""

from __future__ import annotations

from datetime import datetime

import click

from ovro_alert.times import parse_utc


class Moment(click.ParamType[datetime]):
    """A UTC moment; one without a zone is refused, as everywhere."""

    name = "UTC"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or say what is wrong with it."""
        try:
            return parse_utc(value)
        except ValueError as error:
            self.fail(f"{error}; write it like 2026-11-20T08:15:02Z", param, ctx)


MOMENT = Moment()
