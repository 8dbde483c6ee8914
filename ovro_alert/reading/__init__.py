"""Notice → alert, or ignored with a reason, or UnreadableNoticeError. Pure; one file per format."""

from __future__ import annotations

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import STREAMS, Ignored, RawNotice
from ovro_alert.reading import chime_voevent, gcn


def read(notice: RawNotice) -> Alert | Ignored:
    """Read a notice by the stream it came on; bytes that make no sense raise UnreadableNoticeError, nothing else."""
    reader = {"chime": chime_voevent.read, "gcn": gcn.read}.get(notice.stream)
    if reader is None:
        return Ignored(why=f"no reader yet for {STREAMS.get(notice.stream, notice.stream)}")
    if not notice.body.strip():
        raise UnreadableNoticeError("the notice is empty: its sender or receiver cut it off")
    return reader(notice.body)
