"""Our own JSON forms composed for tests: a request, a trigger, a transient, with any field changed.

A field that is `LEFT_OUT` is not written at all; None is written as null. Moments may be given as datetimes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ovro_alert.alerts import Alert
from ovro_alert.notices import Ignored, RawNotice
from ovro_alert.reading import read
from ovro_alert.times import iso_us

LEFT_OUT: Any = object()
START = datetime(2026, 12, 3, 9, tzinfo=UTC)
SEEN = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)

REQUEST: dict[str, Any] = {
    "schema": "flarescope-request/1",
    "request_id": "FS-2026-117",
    "role": "observation",
    "target": "AD Leo",
    "ra_deg": 154.901,
    "dec_deg": 19.870,
    "start": START,
    "duration_s": 7200,
    "mode": "power",
    "integration_ms": 128,
    "requested_by": "A. Observer",
    "cancel": False,
}
TRIGGER: dict[str, Any] = {
    "schema": "grex-trigger/1",
    "id": "G261201a",
    "role": "observation",
    "stations": ["OVRO", "HCRO"],
    "time_utc": SEEN,
    "time_ref_mhz": 1530.0,
    "dm": 200.0,
    "dm_error": 0.5,
    "snr": 21.0,
    "width_ms": 0.6,
    "ra_deg": None,
    "dec_deg": None,
    "error_deg": None,
}
TRANSIENT: dict[str, Any] = {
    "schema": "optical-transient/1",
    "id": "ZTF26aaaaaaa",
    "role": "observation",
    "name": "AT2026abc",
    "class": "TDE",
    "class_probability": 0.9,
    "ra_deg": 187.3,
    "dec_deg": 24.1,
    "error_arcsec": 0.3,
    "time": SEEN,
    "mag": 17.8,
    "filter": "r",
    "redshift": 0.03,
    "source": "ZTF",
}


def flarescope_request(**changes: Any) -> bytes:
    """Return a request for two hours on AD Leo, as its bytes."""
    return _written(REQUEST | changes)


def grex_trigger(**changes: Any) -> bytes:
    """Return a burst of DM 200 that two stations saw, nobody knows where, as its bytes."""
    return _written(TRIGGER | changes)


def optical_transient(**changes: Any) -> bytes:
    """Return a tidal disruption event, as its bytes; `class` is given as `**{"class": …}`."""
    return _written(TRANSIENT | changes)


def request_alert(**changes: Any) -> Alert:
    """Return what is read of a request."""
    return _read("flarescope", flarescope_request(**changes))


def grex_alert(**changes: Any) -> Alert:
    """Return what is read of a trigger."""
    return _read("grex", grex_trigger(**changes))


def optical_alert(**changes: Any) -> Alert:
    """Return what is read of a transient."""
    return _read("optical", optical_transient(**changes))


def _read(stream: str, body: bytes) -> Alert:
    found = read(RawNotice(stream=stream, body=body, content_type="application/json"))
    assert not isinstance(found, Ignored), found
    return found


def _written(fields: dict[str, Any]) -> bytes:
    given = {name: value for name, value in fields.items() if value is not LEFT_OUT}
    return json.dumps(given, default=iso_us, ensure_ascii=False).encode()
