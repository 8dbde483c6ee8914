"""DSA-110's triggers composed for tests: one burst, changed at will, in each form in which it may arrive.

Every function takes `time` at 1530 MHz (or `mjds`), and keys by name, which replace or add; None leaves one out.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ovro_alert.times import mjd

NAME = "261201abcd"
FIGURES: dict[str, Any] = {
    "snr": 14.2,
    "ibox": 4,
    "dm": 348.8,
    "ibeam": 127,
    "cntb": 3,
    "cntc": 35,
    "specnum": 456225256,
    "ra": 0.0,
    "dec": 0.0,
    "gulp": 12,
}
"""What T2 says of a burst: in the middle of both arms, without a position."""
CLASSIFIED: dict[str, Any] = {"probability": 0.98, "injected": False, "real": True, "label": None, "save": True}
"""What T3 adds."""
NULLS = ("raerr", "decerr", "radecerr", "dmerr", "filfile", "candplot", "ibeam_prob", "bf1_dm", "corr03_data", "T2_csv")
"""Some of the many keys of a DSAEvent that are null."""


def beams(*numbers: int, snr: float = 14.2) -> dict[str, Any]:
    """Return beams0–9 and snrs0–9 of these search beams, each weaker than the one before; 0 where there are no more."""
    listed = {f"beams{place}": numbers[place] if place < len(numbers) else 0 for place in range(10)}
    return listed | {f"snrs{place}": max(snr - place, 8.5) if place < len(numbers) else 0.0 for place in range(10)}


BOTH_ARMS = beams(127, 383)


def t2_event(*, time: datetime | None = None, name: str | None = NAME, **keys: Any) -> dict[str, Any]:
    """Return T2's event dict, flat: not classified, seen in both arms unless changed."""
    event = {"trigname": name, "mjds": time and mjd(time)} | FIGURES | BOTH_ARMS | keys
    return {key: value for key, value in event.items() if value is not None}


def t3_event(*, time: datetime | None = None, name: str = NAME, **keys: Any) -> dict[str, Any]:
    """Return T3's event dict: classified, with its many nulls; None is null here."""
    event = {"trigname": name, "mjds": time and mjd(time)} | FIGURES | BOTH_ARMS | CLASSIFIED
    return event | dict.fromkeys(NULLS) | keys


def flat(event: dict[str, Any]) -> bytes:
    """Return an event dict as the bytes of its own."""
    return json.dumps(event).encode()


def nested(event: dict[str, Any]) -> bytes:
    """Return an event dict under its name, as T2 puts it on etcd and kept it formerly."""
    return json.dumps({event["trigname"]: {key: value for key, value in event.items() if key != "trigname"}}).encode()


def requested(event: dict[str, Any], command: str = "observation") -> dict[str, Any]:
    """Return T3's request as JSON: what it sets on /dsa."""
    return {"instrument": "dsa", "command": command, "command_mjd": event.get("mjds") or 61375.0, "args": event}


def dsa_t2(*, time: datetime | None = None, **keys: Any) -> bytes:
    """Return T2's notice as it is on etcd."""
    return nested(t2_event(time=time, **keys))


def dsa_t3(*, time: datetime | None = None, command: str = "observation", **keys: Any) -> bytes:
    """Return the bytes of T3's request."""
    return json.dumps(requested(t3_event(time=time, **keys), command)).encode()


def level3(*, time: datetime | None = None, name: str = NAME, **cluster: Any) -> bytes:
    """Return what the real-time system of 2026 writes of a trigger."""
    figures = {"n_events": 5, "snr_max": 22.5, "dm_median": 348.8, "l_median": 0.0012, "m_median": -0.0034}
    figures |= {"width_median": 2, "t_peak_mjd": time and mjd(time), "gal_dm_max_los_pc_cc": 60.0}
    trigger = {"class": "bright_frb_extragalactic", "action": "dump", "holdoff_s": 30}
    return json.dumps({"event_name": name, "schema_version": 1, "trigger": trigger, "c2": figures | cluster}).encode()
