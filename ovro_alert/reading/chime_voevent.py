"""CHIME/FRB VOEvents: detection, subsequent, retraction, update.

The form is that of the CHIME/FRB VOEvent tutorial 1.1 and of published notices (chime-frb-open-data). Every Param is
optional. Times are topocentric at 400 MHz; "semi-minor" is the 95 % error along RA and "semi-major" along Dec,
whichever is larger. A retraction may come without any namespace, and matches by the IVORN that it cites.
"""

from __future__ import annotations

import re
from datetime import datetime

from ovro_alert.alerts import BURSTS, Alert, Kind, Role, statement_of
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.observatory import CHIME_REFERENCE_MHZ
from ovro_alert.reading.broker_tests import of_a_broker
from ovro_alert.reading.chime_events import event_cited, event_named, tail_of
from ovro_alert.reading.figures import Asked, Figures, moment
from ovro_alert.reading.places import Place
from ovro_alert.reading.voevent import VOEvent, parse
from ovro_alert.reading.where_when import place_of, time_of

CHIME = re.compile(r"chime(?!ra)", re.IGNORECASE)
FORM = re.compile(r"(FRB|OBS)-(DETECTION|SUBSEQUENT|RETRACTION|UPDATE)", re.IGNORECASE)
"""Whose VOEvents these are: by the authority, or by an IVORN's resource in CHIME's form."""

NAMED: tuple[tuple[str, Kind], ...] = (
    ("RETRACTION", "retraction"),
    ("UPDATE", "update"),
    ("SUBSEQUENT", "subsequent"),
    ("DETECTION", "detection"),
)
"""Words of the IVORN's resource, and the kinds that they mean."""

CITING: dict[str, Kind] = {"retraction": "retraction", "supersedes": "update", "followup": "subsequent"}
NUMBERS = {
    "time_error_s": Asked("timestamp_utc_error", 0, 86400),
    "time_inf_error_s": Asked("timestamp_utc_inf_freq_error", 0, 86400),
    "dm_pc_cm3": Asked("dm", 0, 20000),
    "dm_error_pc_cm3": Asked("dm_error", 0, 20000),
    "snr": Asked("snr", 0, 1e9),
    "width_ms": Asked("width", 0, 1e6),
    "importance": Asked("importance", 0, 1),
    "association_probability": Asked("association probability", 0, 1),
}
GALACTIC = (Asked("dm_gal_ne_2001_max", 0, 20000), Asked("dm_gal_ymw_2016_max", 0, 20000))


def read(body: bytes) -> Alert | Ignored:
    """Read one VOEvent as CHIME/FRB means it."""
    event = parse(body)
    if tried := of_a_broker(event):
        return tried
    if reason := _why_ignored(event):
        return Ignored(why=reason)
    kind = _kind(event)
    role = _role(event, kind)
    name, cites = _names(event, kind)
    time, time_note = _time(event, kind)
    figures = Figures(_given(event, kind))
    if kind == "retraction" and len(event.citations) > 1:
        others = ", ".join(citation.ivorn for citation in event.citations if citation.ivorn != cites)
        figures.remarks.append(f"it retracts more than one: see to these by hand: {others:.2000}")
    fields = figures.numbers(NUMBERS) | _place(event, kind)._asdict()
    fields["dm_gal_pc_cm3"] = max((gal for gal in map(figures.number, GALACTIC) if gal is not None), default=None)
    fields["time_inf"] = figures.moment("timestamp_utc_inf_freq")
    fields["issued"] = figures.moment("Who/Date")
    fields["source"] = figures.words("known_source_name")
    fields["event_type"] = figures.words("event_type")
    fields["words"] = None if kind in BURSTS else figures.words("update_message", 2000)
    return Alert(
        stream="chime",
        event=name,
        kind=kind,
        role=role,
        statement=statement_of(name, kind, role, tail_of(event.ivorn) if kind == "update" else None),
        time=time,
        time_ref_mhz=CHIME_REFERENCE_MHZ if time else None,
        time_note=time_note,
        ivorn=event.ivorn,
        cites=cites,
        remarks=figures.remark,
        **fields,
    )


def _why_ignored(event: VOEvent) -> str | None:
    if CHIME.search(event.authority) or FORM.match(event.resource):
        return None
    return f"no reader yet for VOEvents of {event.authority:.100}; this stream is for CHIME/FRB"


def _kind_by_name(event: VOEvent) -> Kind | None:
    resource = event.resource.upper()
    return next((kind for word, kind in NAMED if word in resource), None)


def _kind(event: VOEvent) -> Kind:
    """Return what the notice is: what cites a retraction retracts, whatever it calls itself."""
    cited = {citation.how for citation in event.citations}
    if "retraction" in cited:
        return "retraction"
    by_name = _kind_by_name(event) or next((kind for how, kind in CITING.items() if how in cited), None)
    if by_name:
        return by_name
    if "dm" in event.params or "timestamp_utc" in event.params:
        return "detection"
    message = f"neither its IVORN {event.ivorn} nor a citation says what it is, and it describes no burst"
    raise UnreadableNoticeError(message)


def _role(event: VOEvent, kind: Kind) -> Role:
    if event.role == "test":
        return "test"
    right = ("observation",) if kind in BURSTS else ("utility", "observation")
    if event.role in right:
        return "real"
    message = f"a {kind} in the role {event.role!r:.40}, where CHIME writes {right[0]}: not taken for real"
    raise UnreadableNoticeError(message)


def _names(event: VOEvent, kind: Kind) -> tuple[str, str | None]:
    """Return the event that the notice speaks of, and the IVORN that it cites."""
    cited = sorted(event.citations, key=lambda citation: citation.how != kind)
    cites = cited[0].ivorn if cited else None
    number = event_named(event.params.get("event_no"))
    if number:
        return number, cites
    if kind in BURSTS:
        return event_cited(event.ivorn), cites
    if kind == "retraction" and not cites:
        raise UnreadableNoticeError("a retraction that cites no IVORN and gives no event number: of what?")
    return event_cited(cites or event.ivorn), cites


def _time(event: VOEvent, kind: Kind) -> tuple[datetime | None, str | None]:
    """Return the time at 400 MHz; WhereWhen's stands in for it, but not where CHIME writes the notice's own there."""
    given = event.params.get("timestamp_utc", "").strip()
    if not given and kind in BURSTS:
        return time_of(event.where)
    try:
        return moment(given), None
    except ValueError as error:
        return None, f"no time: {error}"


def _place(event: VOEvent, kind: Kind) -> Place:
    axes = (event.params.get("pos_error_semiminor_deg_95"), event.params.get("pos_error_semimajor_deg_95"))
    found = place_of(event.where, axes)
    # CHIME writes zeros into a retraction; that is no mistake to speak of.
    return found if kind in BURSTS or found.ra_deg is not None else Place()


def _given(event: VOEvent, kind: Kind) -> dict[str, object]:
    """Return the Params with what Why adds to them."""
    about = [inference for inference in event.inferences if "association" in inference.relation.lower()]
    if kind == "subsequent":
        about += event.inferences
    given: dict[str, object] = {**event.params, "Who/Date": event.date}
    # A detection says probability 0 in no relation, for "not reported"; a retraction's importance is always 1.
    given["association probability"] = about[0].probability if about else None
    given["importance"] = event.importance if kind in BURSTS else None
    given["known_source_name"] = event.params.get("known_source_name", "").strip() or (about[0].name if about else None)
    given["update_message"] = event.params.get("update_message", "").strip() or event.description
    return given
