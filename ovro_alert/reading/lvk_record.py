"""One record of the igwn.alerts schema → alert and sky map, in whatever form it came.

Mock or real is told by the superevent's name alone: the schema has no role. Values may be missing or written as text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from ovro_alert.alerts import Alert, Kind, Role, statement_of
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.mergers import AlertType, Merger
from ovro_alert.reading.figures import Figures, moment
from ovro_alert.reading.found import Reading
from ovro_alert.reading.lvk_parts import coincidence, figure, flag, instruments, page, probabilities

SUPEREVENT = re.compile(r"(MS|TS|S)\d{6}[a-z]{1,20}", re.ASCII)
KINDS: dict[AlertType, Kind] = {
    "EARLYWARNING": "early_warning",
    "PRELIMINARY": "preliminary",
    "INITIAL": "initial",
    "UPDATE": "update",
    "RETRACTION": "retraction",
}


def read(record: Mapping[str, object], body: bytes, *, test: bool = False) -> Reading:
    """Read one record; `test` if something beside it says that it is not real."""
    alert_type, superevent = _alert_type(record), _superevent(record)
    kind = KINDS[alert_type]
    role: Role = "real" if superevent.startswith("S") and not test else "test"
    about, event = Figures(record), Figures(_event(record, alert_type))
    issued = about.moment("time_created")
    # astropy takes half a second to load, for which only whoever reads superevents need wait
    from ovro_alert.reading import sky_map  # noqa: PLC0415

    chart = sky_map.NO_CHART if kind == "retraction" else sky_map.chart(event.given.get("skymap"))
    merger = Merger(
        alert_type=alert_type,
        far_hz=figure(event, "far"),
        significant=flag(event, "significant"),
        group=event.words("group", 60),
        pipeline=event.words("pipeline", 60),
        search=event.words("search", 60),
        instruments=instruments(event),
        classification=probabilities(event, "classification"),
        properties=probabilities(event, "properties"),
        coincidence=coincidence(about),
        map=chart.summary,
        map_note=chart.note,
        page=page(about),
    )
    name = f"lvk:{superevent}"
    time, time_note = _time(event.given.get("time"))
    alert = Alert(
        stream="lvk",
        event=name,
        kind=kind,
        role=role,
        statement=statement_of(name, kind, role, _which(issued, body)),
        time=time,
        time_note=time_note,
        issued=issued,
        merger=merger,
        remarks="; ".join(about.remarks + event.remarks) or None,
    )
    return Reading(alert, chart.sky_map)


def _alert_type(record: Mapping[str, object]) -> AlertType:
    given = record.get("alert_type")
    for known in KINDS:
        if isinstance(given, str) and given.strip().upper() == known:
            return known
    message = f"its alert_type is {given!r:.60}, not one of {', '.join(KINDS)}"
    raise UnreadableNoticeError(message)


def _superevent(record: Mapping[str, object]) -> str:
    given = record.get("superevent_id")
    if isinstance(given, str) and SUPEREVENT.fullmatch(given):
        return given
    message = f"its superevent_id is {given!r:.60}, not of the form S230529ay, so nobody can say of what it speaks"
    raise UnreadableNoticeError(message)


def _event(record: Mapping[str, object], alert_type: AlertType) -> Mapping[str, object]:
    event = record.get("event")
    if isinstance(event, Mapping):
        return event
    if event is None and alert_type == "RETRACTION":
        return {}
    written = "null" if event is None else f"{event!r:.60}"
    message = f"its event is {written}, which only a RETRACTION may have; it is {alert_type}: nothing to judge"
    raise UnreadableNoticeError(message)


def _time(given: object) -> tuple[datetime | None, str | None]:
    try:
        return moment(given), None
    except ValueError as error:
        return None, f"no time: {error}"


def _which(issued: datetime | None, body: bytes) -> str:
    """Tell one statement of a superevent from the next: by when it was made, which is the same on every path."""
    return hashlib.sha256(body).hexdigest()[:12] if issued is None else f"{issued:%Y-%m-%dT%H:%M:%SZ}"
