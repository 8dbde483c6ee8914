"""What VOEvents of high-energy bursts share, whoever sends them: role, flags, and how they become an alert."""

from __future__ import annotations

from typing import Any, NamedTuple

from ovro_alert.alerts import Alert, Kind, Role, statement_of
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.notices import Ignored
from ovro_alert.reading.event_names import digest, name_among
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.voevent import VOEvent
from ovro_alert.reading.where_when import place_of, time_of

GCN = "nasa.gsfc.gcn"
"""Who publishes the classic notices."""
NO_OBSERVATION = frozenset({"prediction", "utility"})
MADE = "Who/Date"
"""Under which name the figures of a VOEvent have when it was made."""


class PacketType(NamedTuple):
    """A type of notice: its name in the stream's own words, who made it, what it is to its event."""

    name: str
    instrument: str
    kind: Kind


class Told(NamedTuple):
    """What a mission's reader has found out about a notice before its figures are read."""

    stream: str
    event: str
    packet: PacketType
    role: Role
    which: str | None


def figures_of(event: VOEvent) -> Figures:
    """Return the Params as figures, and with them when the notice was made."""
    return Figures({**event.params, MADE: event.date})


def packet_of(event: VOEvent) -> int:
    """Return the packet type, which says what kind of notice it is."""
    written = event.params.get("Packet_Type", "").strip()
    if not (written.isascii() and written.isdecimal() and len(written) < 6):
        message = f"its Packet_Type is {written!r:.60}, so nobody can say what kind of notice it is"
        raise UnreadableNoticeError(message)
    return int(written)


def tail_of(event: VOEvent) -> str:
    """Return what follows `#` in the IVORN, for instance `BAT_GRB_Pos_1197027-566`."""
    return event.ivorn.partition("#")[2]


def role_of(event: VOEvent) -> Role | Ignored:
    """Return test or real; what predicts or announces is ignored, and any other role is refused."""
    if event.role == "test" or flag(event, "Test_Submission") or "_Test_Pos" in event.ivorn:
        return "test"
    if event.role in ("observation", "observe"):
        return "real"
    if event.role in NO_OBSERVATION:
        return Ignored(why=f"in the role {event.role}: it speaks of no observation")
    message = f"in the role {event.role!r:.40}, which is neither an observation nor a test: not taken for real"
    raise UnreadableNoticeError(message)


def name_of(event: VOEvent, *params: str) -> str:
    """Return the event's name by the first of these Params that holds one."""
    name = name_among(*(event.params.get(param) for param in params))
    if name is None:
        message = f"it gives no {' or '.join(params)}, so nobody can say of which event it speaks"
        raise UnreadableNoticeError(message)
    return name


def serial_of(event: VOEvent, name: str) -> str:
    """Return what tells this notice from others of its type on the same event."""
    given = (name_among(event.params.get(param)) for param in ("Sequence_Num", "Pkt_Ser_Num"))
    numbers = [number for number in given if number]
    return "-".join((name, *numbers)) if numbers else f"{name}-{digest(event.ivorn)}"


def flag(event: VOEvent, name: str) -> bool | None:
    """Return whether any Group raises this flag; None if none speaks of it."""
    said = {value.strip().lower() for (_, known), value in event.grouped.items() if known == name}
    return True if "true" in said else False if "false" in said else None


def any_flag(event: VOEvent, *names: str) -> bool | None:
    """Return whether any of these flags is raised; None if none is, and not all are given."""
    said = {flag(event, name) for name in names}
    return True if True in said else None if None in said else False


def alert_of(told: Told, event: VOEvent, figures: Figures, gamma: dict[str, Any], containment: float) -> Alert:
    """Put together the alert; `gamma` is what this mission says of the burst, `containment` what its errors hold."""
    time, time_note = time_of(event.where)
    place = place_of(event.where, containment=containment)
    snr = gamma.pop("snr", None)
    return Alert(
        stream=told.stream,
        event=f"{told.stream}:{told.event}",
        kind=told.packet.kind,
        role=told.role,
        statement=statement_of(f"{told.stream}:{told.event}", told.packet.kind, told.role, told.which),
        time=time,
        time_note=time_note,
        **place._asdict(),
        snr=snr,
        issued=figures.moment(MADE),
        ivorn=event.ivorn,
        gamma_rays=GammaRays(instrument=told.packet.instrument, notice_type=told.packet.name, **gamma),
        remarks=figures.remark,
    )
