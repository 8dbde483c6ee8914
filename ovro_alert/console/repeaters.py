"""The repeater table, as the relay will read it; no relay is needed."""

from __future__ import annotations

import json

import click

from ovro_alert.catalogue.repeaters import Repeater, load_repeaters
from ovro_alert.console.tables import table
from ovro_alert.settings import load_settings

HEADINGS = (
    "name",
    "RA, Dec (deg)",
    "r95 (deg)",
    "DM (pc/cm³)",
    "± (pc/cm³)",
    "chance rate",
    "reference",
    "also",
    "note",
)


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the rows for programs.")
def repeaters(name: str | None, as_json: bool) -> None:
    """Show the table of repeating sources, shipped and added by `repeaters_file`; or the one of a NAME.

    \b
    Examples:
      ovro-alert repeaters
      ovro-alert repeaters "FRB 20180916B"
      OVRO_ALERT_REPEATERS_FILE=mine.csv ovro-alert repeaters
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    every = load_repeaters(load_settings().repeaters_file)
    rows = [row for row in every if name is None or row.goes_by(name)]
    if not rows:
        message = f"no repeater in the table goes by {name}; `ovro-alert repeaters` lists all {len(every)}."
        raise click.ClickException(message)
    if as_json:
        click.echo(json.dumps([row.model_dump(mode="json") for row in rows], indent=2))
    else:
        table(HEADINGS, [_row(row) for row in rows])


def _row(row: Repeater) -> tuple[object, ...]:
    where = "; ".join(f"{one.ra_deg:.4f} {one.dec_deg:+.4f}" for one in row.regions)
    r95 = "; ".join(f"{one.r95_deg:.3g}" for one in row.regions)
    also = ", ".join(row.aliases)
    return row.name, where, r95, row.dm_pc_cm3, row.dm_spread_pc_cm3, row.chance_rate, row.reference, also, row.note
