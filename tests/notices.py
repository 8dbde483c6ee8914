"""CHIME notices composed for tests: one burst, changed at will, in each form in which it may arrive."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ovro_alert.alerts import Alert, statement_of
from ovro_alert.notices import RawNotice
from ovro_alert.observatory import CHIME_REFERENCE_MHZ, K_S_MHZ2
from ovro_alert.times import seconds
from ovro_alert.writing.chime_voevent import AUTHORITY, ivorn_of, write

GCN_TYPES = {"detection": "initial", "subsequent": "subsequent", "update": "update", "retraction": "retraction"}

BURST: dict[str, Any] = {
    "dm_pc_cm3": 240.1,
    "dm_error_pc_cm3": 0.4,
    "dm_gal_pc_cm3": 83.0,
    "time_error_s": 0.008,
    "time_inf_error_s": 0.013,
    "ra_deg": 95.8742,
    "dec_deg": 83.8004,
    "ra_error_deg": 0.25,
    "dec_error_deg": 0.3,
    "snr": 21.4,
    "importance": 0.99,
    "association_probability": 0.9999,
    "source": "FRB 20181226F",
    "event_type": "EXTRAGALACTIC",
}
"""A burst of a known repeater as CHIME would tell it."""


def chime_alert(*, time: datetime | None, **changes: Any) -> Alert:
    """Return a subsequent of FRB 20181226F that reached CHIME's 400 MHz at `time`, with any field changed.

    What follows from other fields follows here too unless given: `time_inf` from the DM, `r95_deg` from the axes,
    `issued` from the time to the second, `statement` from event, kind and role, `ivorn` from the statement. A detection
    has no source and no association unless given; an update or a retraction has nothing of the burst at all.
    """
    kind = changes.get("kind", "subsequent")
    fields: dict[str, Any] = {"stream": "chime", "event": "chime:300000001", "kind": kind, "role": "real"}
    if kind in ("detection", "subsequent"):
        fields |= BURST
    if kind == "detection":
        fields |= {"source": None, "association_probability": None}
    fields |= {"time": time, "time_ref_mhz": CHIME_REFERENCE_MHZ if time else None} | changes
    fields.setdefault("r95_deg", _larger(fields.get("ra_error_deg"), fields.get("dec_error_deg")))
    fields.setdefault("issued", time and time.replace(microsecond=0))
    fields.setdefault("time_inf", _at_infinity(time, fields.get("dm_pc_cm3")))
    alert = Alert(**{"statement": statement_of(fields["event"], kind, fields["role"]), **fields})
    if "ivorn" not in changes:
        alert = alert.model_copy(update={"ivorn": ivorn_of(alert, AUTHORITY)})
    if kind == "update" and "statement" not in changes:
        alert = alert.model_copy(update={"statement": statement_of(alert.event, kind, alert.role, alert.ivorn[-12:])})
    return alert


def chime_voevent(*, time: datetime | None, **changes: Any) -> bytes:
    """Return the same burst as a VOEvent in CHIME's form."""
    return write(chime_alert(time=time, **changes))


def chime_gcn(*, time: datetime | None, also: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """Return the same burst as GCN JSON; `also` adds or replaces keys of the JSON."""
    alert = chime_alert(time=time, **changes)
    notice = {
        "$schema": "https://gcn.nasa.gov/schema/v7.2.1/gcn/notices/chime/frb.schema.json",
        "alert_type": GCN_TYPES[alert.kind],
        "alert_datetime": alert.issued and f"{alert.issued:%Y-%m-%dT%H:%M:%SZ}",
        "id": alert.event.partition(":")[2],
        "trigger_time": alert.time and f"{alert.time:%Y-%m-%dT%H:%M:%S.%f}Z",
        "trigger_time_error": alert.time_error_s,
        "trigger_time_inf_freq": alert.time_inf and f"{alert.time_inf:%Y-%m-%d %H:%M:%S.%f}+00:00",
        "trigger_time_inf_freq_error": alert.time_inf_error_s,
        "ra": alert.ra_deg,
        "dec": alert.dec_deg,
        "ra_dec_error": None if alert.r95_deg is None else [alert.ra_error_deg, alert.dec_error_deg, 0],
        "dm": alert.dm_pc_cm3,
        "dm_error": alert.dm_error_pc_cm3,
        "dm_gal_ne_2001_max": alert.dm_gal_pc_cm3,
        "snr": alert.snr,
        "importance": alert.importance,
        "association_probability": alert.association_probability,
        "known_source": alert.source,
        "update_message": alert.words,
    }
    return json.dumps({key: value for key, value in notice.items() if value is not None} | (also or {})).encode()


def raw(body: bytes, stream: str = "chime", path: str | None = None) -> RawNotice:
    """Return bytes as a reader is given them."""
    return RawNotice(stream=stream, body=body, path=path)


def _larger(*values: float | None) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _at_infinity(time: datetime | None, dm_pc_cm3: float | None) -> datetime | None:
    if time is None or dm_pc_cm3 is None:
        return None
    return time - seconds(K_S_MHZ2 * dm_pc_cm3 / CHIME_REFERENCE_MHZ**2)
