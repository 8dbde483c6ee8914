"""Bursts of CHIME's for the demo, stamped now, and how one is published: through the Comet broker of `make run`."""

from __future__ import annotations

from typing import Any

import click

from ovro_alert.alerts import Alert, statement_of
from ovro_alert.console.desk import Desk
from ovro_alert.observatory import CHIME_REFERENCE_MHZ, K_S_MHZ2
from ovro_alert.times import seconds
from ovro_alert.vtp import send
from ovro_alert.writing.chime_voevent import write

DM = 240.1
REPEATER: dict[str, Any] = {
    "source": "FRB 20181226F",
    "ra_deg": 95.9,
    "dec_deg": 83.8,
    "association_probability": 0.9999,
}
"""A repeater of the table that is always up at OVRO."""


def publish(desk: Desk, broker_port: int, **source: Any) -> str:  # noqa: ANN401 - fields of an alert
    """Have the broker take a burst of that source, an event of its own; return the event's name."""
    now = desk.now()
    event = f"chime:{int(now.timestamp() * 1000)}"
    burst = Alert(
        stream="chime",
        event=event,
        kind="subsequent",
        role="real",
        statement=statement_of(event, "subsequent", "real"),
        time=now,
        time_ref_mhz=CHIME_REFERENCE_MHZ,
        time_error_s=0.008,
        time_inf=now - seconds(K_S_MHZ2 * DM / CHIME_REFERENCE_MHZ**2),
        time_inf_error_s=0.013,
        ra_error_deg=0.25,
        dec_error_deg=0.30,
        r95_deg=0.30,
        dm_pc_cm3=DM,
        dm_error_pc_cm3=0.4,
        dm_gal_pc_cm3=83.0,
        snr=21.4,
        importance=0.99,
        event_type="EXTRAGALACTIC",
        **source,
    )
    reply = send("127.0.0.1", broker_port, write(burst), desk.clock)
    if not reply.taken:
        said = f"{reply.outcome} {reply.reason}"
        raise click.ClickException(f"the Comet broker on 127.0.0.1:{broker_port} did not take the burst: {said}")
    return event
