"""What a teller is given, composed for tests: one repeater's burst, its verdict, its beam, its message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import Change, Command
from ovro_alert.messages import Message
from ovro_alert.notices import Arrival, Notice
from ovro_alert.tellers import Told
from ovro_alert.verdicts import Gate, Verdict

BURST = datetime(2026, 12, 1, 5, 18, 14, 500_000, tzinfo=UTC)
DECIDED = BURST + timedelta(seconds=13.2)
EVENT = "chime:217097677"


def alert(**changes: Any) -> KeptAlert:
    fields = {
        "id": 12,
        "seq": 40,
        "made": DECIDED,
        "stream": "chime",
        "event": EVENT,
        "kind": "subsequent",
        "role": "real",
        "statement": f"{EVENT}/subsequent",
        "time": BURST,
        "time_ref_mhz": 400.0,
        "dm_pc_cm3": 348.8,
        "dm_error_pc_cm3": 0.8,
        "snr": 21.4,
        "importance": 0.998,
        "association_probability": 0.9999,
        "source": "FRB 20180916B",
    }
    return KeptAlert(**(fields | changes))


def notice(**changes: Any) -> Notice:
    fields = {
        "id": 9,
        "seq": 39,
        "stream": "chime",
        "state": "read",
        "content_type": "application/xml",
        "size_bytes": 6000,
        "sha256": "0" * 64,
        "arrivals": (Arrival(path="comet", received=DECIDED, kept=DECIDED),),
    }
    return Notice(**(fields | changes))


def command(**changes: Any) -> Command:
    fields = {
        "id": 17,
        "seq": 42,
        "telescope": "lwa",
        "action": "beam",
        "args": {"ra_deg": 29.503, "dec_deg": 65.717, "duration_s": 750.6},
        "role": "observation",
        "state": "pending",
        "priority": 70,
        "deadline": BURST + timedelta(seconds=488.2),
        "reason": "a repeater",
        "event": EVENT,
        "alert": 12,
        "scenario": "chime_repeater",
        "made": DECIDED,
        "by": "relay",
    }
    return Command(**(fields | changes))


def verdict(**changes: Any) -> Verdict:
    fields = {
        "id": 30,
        "seq": 41,
        "alert": 12,
        "notice": 9,
        "scenario": "chime_repeater",
        "answer": "command",
        "summary": "beam for FRB 20180916B",
        "commands": (17,),
        "made": DECIDED,
    }
    return Verdict(**(fields | changes))


def gate(name: str, result: str, says: str) -> Gate:
    return Gate(gate=name, result=result, says=says)


def message(**changes: Any) -> Message:
    fields = {
        "id": 5,
        "seq": 43,
        "subject": "verdict",
        "level": "normal",
        "event": EVENT,
        "alert": 12,
        "scenario": "chime_repeater",
        "state": "waiting",
        "made": DECIDED,
    }
    return Message(**(fields | changes))


def told(**changes: Any) -> Told:
    """Return a beam that was commanded just now, with any part changed."""
    fields: dict[str, Any] = {
        "message": message(),
        "now": DECIDED,
        "alert": alert(),
        "notice": notice(),
        "verdict": verdict(),
        "commands": (command(),),
        "moves": {"lwa": "telescope"},
    }
    return Told(**(fields | changes))


def ended(state: str, *before: str, by: str = "lwa@host", why: str = "", **changes: Any) -> Told:
    """Return the message on a command that ended, with its history."""
    states = [*(before or ("pending", "claimed", "acting")), state]
    history = tuple(
        Change(seq=50 + n, at=DECIDED, state=one, by=by, why=why if n == len(states) - 1 else "")
        for n, one in enumerate(states)
    )
    one = command(**({"state": state, "client": "lwa@host", "moves": "telescope"} | changes))
    return told(message=message(subject="command", command=17), command=one, commands=(one,), history=history)
