"""Notices of GCN: JSON by the unified schema, VOEvents of the classic kind; each to the reader of whoever sent it."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading import (
    chime_gcn,
    core_missions,
    dsa_gcn,
    einstein_probe,
    fermi,
    frb_voevent,
    gbm_json,
    gecam,
    maxi,
    svom,
    svom_json,
    swift,
    swift_guano,
)
from ovro_alert.reading.broker_tests import of_a_broker
from ovro_alert.reading.core_schema import Notice, is_of
from ovro_alert.reading.figures import words
from ovro_alert.reading.gcn_voevent import GCN
from ovro_alert.reading.voevent import VOEvent
from ovro_alert.reading.voevent import parse as parse_voevent

LONGEST_INTEGER = 30
"""Digits; a longer one is no quantity, and turning it into a number and back is slow."""

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

JSON_READERS: tuple[tuple[re.Pattern[str], Callable[[Notice, bytes], Alert | Ignored]], ...] = (
    (dsa_gcn.DSA, dsa_gcn.read),
    (swift_guano.GUANO, swift_guano.read),
    (gbm_json.SCHEMA, gbm_json.read),
    (einstein_probe.WXT, einstein_probe.read),
    (svom_json.SCHEMA, svom_json.read),
    (maxi.MAXI, maxi.read),
)
CLASSIC: dict[str, Callable[[VOEvent], Alert | Ignored]] = {
    "fermi": fermi.read,
    "swift": swift.read,
    "gecam": gecam.read,
}
"""Readers of the VOEvents that GCN itself publishes, by the resource of their IVORNs."""
SVOM = "org.svom"


def read(body: bytes) -> Alert | Ignored:
    """Read one notice of GCN, if it is of a kind that has its reader."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return read_json(parse(body), body)
    if start == b"<" or body.startswith(UTF_16) or b"<?xml" in body[:1000]:  # also one that follows a line of text
        return read_voevent(parse_voevent(body))
    return Ignored(why="no reader yet for GCN notices that are neither JSON nor XML")


def read_json(notice: Notice, body: bytes) -> Alert | Ignored:
    """Read one JSON notice, already taken apart."""
    if chime_gcn.is_chime(notice):
        return chime_gcn.read(notice, body)
    reader = next((reader for known_by, reader in JSON_READERS if is_of(notice, known_by)), None)
    if reader is not None:
        return reader(notice, body)
    mission = core_missions.mission_of(notice)
    if why := core_missions.why_ignored(notice):
        return Ignored(why=why)
    if mission is not None:
        return core_missions.read(notice, body, mission)
    named = (notice.get(key) for key in ("$schema", "mission", "instrument"))
    kind = next((words(name) for name in named if isinstance(name, str)), None)
    return Ignored(why=f"no reader yet for GCN notices of {kind or 'an unnamed kind'}")


def read_voevent(event: VOEvent) -> Alert | Ignored:
    """Read one VOEvent, already taken apart."""
    if tried := of_a_broker(event):
        return tried
    if event.authority == SVOM:
        return svom.read(event)
    if event.authority == GCN and (reader := CLASSIC.get(event.resource.strip("/").lower())):
        return reader(event)
    if discoverer := frb_voevent.discoverer_of(event):
        return frb_voevent.read(event, discoverer)
    return Ignored(why=f"no reader yet for VOEvents of {event.authority:.60} {event.resource:.60}".strip())


def parse(body: bytes) -> dict[str, object]:
    """Take a JSON object apart; UnreadableNoticeError says what is wrong with it."""
    try:
        notice = json.loads(body, object_pairs_hook=_once_each, parse_int=_integer)
    except UnicodeDecodeError as error:
        message = f"not JSON: byte {error.start} is no {error.encoding}"
        raise UnreadableNoticeError(message) from error
    except ValueError as error:
        message = f"not JSON: {error!s:.200}"
        raise UnreadableNoticeError(message) from error
    except RecursionError as error:
        raise UnreadableNoticeError("JSON nested too deep for any notice") from error
    if not isinstance(notice, dict):
        raise UnreadableNoticeError("JSON, but not an object")
    return notice


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            message = f"it gives {name!r:.60} twice: which one is meant?"
            raise UnreadableNoticeError(message)
        found[name] = value
    return found


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)
