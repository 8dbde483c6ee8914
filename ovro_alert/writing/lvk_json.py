"""An alert in the form in which LIGO/Virgo/KAGRA publish theirs, as JSON on Kafka: for the demo and tests.

The form is the igwn.gwalert schema 1.3.0. Whether it is a mock stands in the superevent's name alone: `MS…`.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnprocessableError
from ovro_alert.mergers import Merger

PAGE = "https://gracedb.invalid/superevents/{}/view/"
"""Where a page would be: nowhere, so that nobody takes a mock of ours for LIGO's."""


def write(alert: Alert, sky_map: bytes | None = None) -> bytes:
    """Return the notice; `sky_map` is a FITS file as it is. What the form cannot say raises UnprocessableError."""
    if alert.merger is None or alert.issued is None:
        message = f"{alert.statement} is no merger's, or it is not said when it was issued"
        raise UnprocessableError(message)
    name = alert.event.partition(":")[2]
    if name.startswith("S") != (alert.role == "real"):
        message = f"a superevent named {name} cannot be {alert.role}: S… is real, MS… a mock"
        raise UnprocessableError(message)
    merger = alert.merger
    notice = {
        "alert_type": merger.alert_type,
        "time_created": stamp(alert.issued, "seconds"),
        "superevent_id": name,
        "urls": {"gracedb": merger.page or PAGE.format(name)},
        "event": None if merger.alert_type == "RETRACTION" else _event(alert.time, merger, sky_map),
        "external_coinc": None,
    }
    return json.dumps(notice).encode()


def _event(time: datetime | None, merger: Merger, sky_map: bytes | None) -> dict[str, Any]:
    return {
        "time": None if time is None else stamp(time, "milliseconds"),
        "far": merger.far_hz,
        "significant": merger.significant,
        "instruments": list(merger.instruments),
        "group": merger.group,
        "pipeline": merger.pipeline,
        "search": merger.search,
        "classification": merger.classification,
        "properties": merger.properties,
        "duration": None,
        "central_frequency": None,
        "skymap": None if sky_map is None else base64.b64encode(sky_map).decode(),
    }


def stamp(moment: datetime, to: str) -> str:
    """Write a moment as the form has it: UTC, with a Z."""
    return moment.replace(tzinfo=None).isoformat(timespec=to) + "Z"
