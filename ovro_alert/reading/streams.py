"""Which stream a notice came on, by what its bytes say: for archives, which have forgotten."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.reading import chime_voevent, lvk_avro, lvk_voevent
from ovro_alert.reading.forms.envelope import FORMS
from ovro_alert.reading.gcn import UTF_16, parse

BLANK = codecs.BOM_UTF8 + b" \t\r\n"
ROOT = re.compile(r"<(?:[\w.-]+:)?VOEvent\s[^>]*?\bivorn\s*=\s*[\"']\s*ivo://([^/#\"']*)/?([^#\"']*)", re.ASCII)
"""The root of a VOEvent with the authority and the resource of its IVORN; also where what follows is broken."""
HEAD_LETTERS = 4000

LVK = "superevent_id"
GCN_SCHEMA = re.compile(r"gcn\.nasa\.gov/schema/.*/gcn/notices/")
GCN_KEYS = frozenset({"mission", "instrument", "alert_datetime", "alert_type", "alert_tense", "trigger_time"})
"""Keys of GCN's core schema; two of them are no accident."""
DSA_KEYS = frozenset({"mjds", "dm", "snr", "ibox"})
"""What every trigger of DSA-110 has, flat, under its name or in T3's request."""
DSA_LEVEL3_KEYS = frozenset({"event_name", "c2"})
"""What its real-time system writes."""


def stream_of(body: bytes) -> str | None:
    """Return the stream of a notice, which may still be one that nobody can read; None if it is no notice."""
    if body.startswith(lvk_avro.MAGIC):
        return "lvk" if LVK.encode() in body else None
    if body.lstrip(BLANK)[:1] == b"{":
        return _of_json(body)
    found = ROOT.search(_head(body))
    return None if found is None else _of_voevent(found[1], found[2], body)


def _of_voevent(authority: str, resource: str, body: bytes) -> str:
    if authority == lvk_voevent.AUTHORITY or b"GraceID" in body:
        return "lvk"
    if chime_voevent.CHIME.search(authority) or chime_voevent.FORM.match(resource):
        return "chime"
    return "gcn"


def _of_json(body: bytes) -> str | None:
    try:
        notice = parse(body)
    except UnreadableNoticeError:
        return None
    if LVK in notice:
        return "lvk"
    if form := FORMS.get(str(notice.get("schema", "")).partition("/")[0]):
        return form.stream
    if GCN_SCHEMA.search(str(notice.get("$schema", ""))) or len(GCN_KEYS & notice.keys()) > 1:
        return "gcn"
    return "dsa" if _is_dsa(notice) else None


def _is_dsa(notice: Mapping[str, object]) -> bool:
    inside = notice.get("args") if "command" in notice else notice
    inside = next(iter(inside.values())) if isinstance(inside, Mapping) and len(inside) == 1 else inside
    return isinstance(inside, Mapping) and (inside.keys() >= DSA_KEYS or inside.keys() >= DSA_LEVEL3_KEYS)


def _head(body: bytes) -> str:
    encoding = "utf-16" if body.startswith(UTF_16) else "utf-8"
    return body[:HEAD_LETTERS].decode(encoding, errors="replace")
