"""LIGO/Virgo/KAGRA: the same record as JSON (GCN Kafka), Avro (Hopskotch) or, until July 2026, a VOEvent."""

from __future__ import annotations

from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.reading import lvk_avro, lvk_json, lvk_voevent
from ovro_alert.reading.found import Reading

BLANK = b"\xef\xbb\xbf \t\r\n"
WIDE_XML = (b"\xff\xfe", b"\xfe\xff")
"""How XML in UTF-16 begins."""


def read(body: bytes) -> Reading:
    """Read one notice of LIGO/Virgo/KAGRA by what its bytes are."""
    if body.startswith(lvk_avro.MAGIC):
        return lvk_avro.read(body)
    start = body.lstrip(BLANK)[:1]
    if start == b"{":
        return lvk_json.read(body)
    if start == b"<" or body.startswith(WIDE_XML):
        return lvk_voevent.read(body)
    message = f"neither JSON nor Avro nor XML: it begins with {body[:20]!r}"
    raise UnreadableNoticeError(message)
