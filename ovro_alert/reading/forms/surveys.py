"""Alerts of optical surveys in their brokers' own forms: known for what they are, and not read yet."""

from __future__ import annotations

from ovro_alert.notices import Ignored
from ovro_alert.reading.gcn import parse

AVRO = b"Obj\x01"
"""How a file of Avro begins: ZTF and Rubin pack their alerts so."""
KEYS = frozenset({"diaSourceId", "diaSource", "objectId", "candid"})
"""What an alert of theirs has, and none of our forms."""
WHY = "no reader yet for the alerts of ZTF and Rubin; optical-transient/1 is the form that is read"


def survey_alert(body: bytes) -> Ignored | None:
    """Return why a survey's own alert is left alone; None if it is none."""
    if body.startswith(AVRO):
        return Ignored(why=WHY)
    notice = parse(body)
    return Ignored(why=WHY) if "schema" not in notice and KEYS & notice.keys() else None
