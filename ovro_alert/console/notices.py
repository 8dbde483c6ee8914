"""One notice: how it came, what became of it, and its bytes."""

from __future__ import annotations

import click

from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.tables import line, sheet, table
from ovro_alert.notices import Notice


@click.command()
@click.argument("notice_id", type=click.IntRange(1), metavar="ID")
@click.option("--raw", is_flag=True, help="Write its bytes, exactly as they were received.")
@at_desk
def notice(desk: Desk, notice_id: int, raw: bool) -> None:
    """Show a notice: each arrival, and why it is no alert if it is none.

    \b
    Examples:
      ovro-alert notice 4
      ovro-alert notice 4 --raw > notice.xml
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    if raw:
        click.echo(desk.client.get_bytes(f"/notices/{notice_id}/raw"), nl=False)
        return
    desk.show(desk.get(f"/notices/{notice_id}"), Notice, _draw)


def _draw(one: Notice) -> None:
    sheet(
        [
            ("notice", f"{one.id} on stream {one.stream}, {one.size_bytes} bytes of {one.content_type}"),
            ("state", one.state),
            ("why", one.why),
            ("alert", one.alert),
            ("history", "yes: nothing was commanded or told" if one.history else None),
        ]
    )
    rows = [(came.path, came.received, came.kept) for came in one.arrivals]
    table(("path", "received (UTC)", "kept (UTC)"), rows)
    line(f"its bytes: ovro-alert notice {one.id} --raw")
