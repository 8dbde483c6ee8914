"""LIGO/Virgo/KAGRA VOEvents as sent until July 2026, from archives: made into a record of the igwn.alerts schema.

Observing run 3 writes its times without Z and has MassGap as a class; early mocks share one IVORN. Whatever says that
a notice is not real (its role, HardwareInj, internal), or that it retracts, is believed.
"""

from __future__ import annotations

import re

from ovro_alert.notices import Ignored
from ovro_alert.reading import lvk_record
from ovro_alert.reading.figures import words
from ovro_alert.reading.found import Reading
from ovro_alert.reading.voevent import VOEvent, parse

AUTHORITY = "gwnet"
SUPEREVENT = re.compile(r"#([A-Z]+\d+[a-z]+)-")
PACKETS = {"150": "PRELIMINARY", "151": "INITIAL", "152": "UPDATE", "163": "EARLYWARNING", "164": "RETRACTION"}
EVENT = {
    "far": "FAR",
    "significant": "Significant",
    "instruments": "Instruments",
    "group": "Group",
    "pipeline": "Pipeline",
    "search": "Search",
}
CLASSES = ("BNS", "NSBH", "BBH", "MassGap", "Terrestrial")
PROPERTY = "Has"
"""How the name of every property begins."""
EXTERNAL = {
    "gcn_notice_id": "External_GCN_Notice_Id",
    "ivorn": "External_Ivorn",
    "observatory": "External_Observatory",
    "search": "External_Search",
    "time_difference": "Time_Difference",
    "time_coincidence_far": "Time_Coincidence_FAR",
    "time_sky_position_coincidence_far": "Time_Sky_Position_Coincidence_FAR",
}
"""Keys of the schema, and the Params that stand for them."""


def read(body: bytes) -> Reading:
    """Read one VOEvent as LIGO/Virgo/KAGRA mean it."""
    event = parse(body)
    if event.role == "test" and "#TestEvent-" in event.ivorn:
        return Reading(Ignored(why="a broker's own test of the line; it speaks of no superevent"))
    if event.authority != AUTHORITY and "GraceID" not in event.params:
        why = f"no reader yet for VOEvents of {event.authority:.100}; this stream is for LIGO/Virgo/KAGRA"
        return Reading(Ignored(why=why))
    return _with_envelope(event, lvk_record.read(_record(event), body, test=_is_test(event)))


def _record(event: VOEvent) -> dict[str, object]:
    params = event.params
    named = SUPEREVENT.search(event.ivorn)
    return {
        "alert_type": _alert_type(event),
        "time_created": event.date,
        "superevent_id": params.get("GraceID") or (named[1] if named else None),
        "urls": {"gracedb": params.get("EventPage")},
        "event": {
            **{key: params.get(name) for key, name in EVENT.items()},
            "time": event.where.time if _in_utc(event) else None,
            "classification": {name: params[name] for name in CLASSES if name in params},
            "properties": {name: value for name, value in params.items() if name.startswith(PROPERTY)},
        },
        "external_coinc": {key: params[name] for key, name in EXTERNAL.items() if name in params},
    }


def _alert_type(event: VOEvent) -> str | None:
    packet = PACKETS.get(event.params.get("Packet_Type", "").strip())
    if packet == "RETRACTION" or any(citation.how == "retraction" for citation in event.citations):
        return "RETRACTION"
    return event.params.get("AlertType") or packet


def _is_test(event: VOEvent) -> bool:
    flags = (event.params.get(name, "").strip().lower() for name in ("HardwareInj", "internal"))
    return event.role != "observation" or any(flag not in ("", "0", "false") for flag in flags)


def _in_utc(event: VOEvent) -> bool:
    return event.where.frame.upper().startswith("UTC") or not event.where.frame


def _with_envelope(event: VOEvent, reading: Reading) -> Reading:
    """Add what only a VOEvent has. An IVORN that does not name the superevent would stand for others too."""
    alert = reading.found
    if isinstance(alert, Ignored) or alert.merger is None:
        return reading
    superevent = alert.event.removeprefix("lvk:")
    cited = (citation.ivorn for citation in event.citations if f"#{superevent}-" in citation.ivorn)
    merger = alert.merger
    if alert.kind != "retraction" and "skymap_fits" in event.params:
        merger = merger.model_copy(update={"map_note": "no map in this notice, only its address, which is not fetched"})
    news = {
        "ivorn": event.ivorn if f"#{superevent}-" in event.ivorn else None,
        "cites": next(cited, None),
        "words": words(event.why_cited, 2000) if alert.kind in ("retraction", "update") else None,
        "time_note": alert.time_note if _in_utc(event) else f"no time: given in {event.where.frame!r:.40}, not in UTC",
        "merger": merger,
    }
    return Reading(alert.model_copy(update=news))
