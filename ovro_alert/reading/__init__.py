"""Notice → alert, or ignored with a reason, or UnreadableNoticeError. Pure; one file per format."""

from __future__ import annotations

from collections.abc import Callable

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored, RawNotice, carries_tests
from ovro_alert.reading import chime_voevent, dsa, forms, gcn, lvk
from ovro_alert.reading.found import Reading

READERS: dict[str, Callable[[bytes], Alert | Ignored | Reading]] = {
    "chime": chime_voevent.read,
    "dsa": dsa.read,
    "gcn": gcn.read,
    "lvk": lvk.read,
    **forms.READERS,
}
"""By the stream on which a notice comes."""


def read(notice: RawNotice) -> Alert | Ignored:
    """Read a notice by the stream it came on; bytes that make no sense raise UnreadableNoticeError, nothing else."""
    return read_whole(notice).found


def read_whole(notice: RawNotice) -> Reading:
    """Read a notice with its sky map, as `read` does."""
    reader = READERS.get(notice.stream)
    if reader is None:
        return Reading(Ignored(why=f"no reader for the stream {notice.stream}"))
    if not notice.body.strip():
        raise UnreadableNoticeError("the notice is empty: its sender or receiver cut it off")
    found = reader(notice.body)
    reading = found if isinstance(found, Reading) else Reading(found)
    if carries_tests(notice.path) and isinstance(reading.found, Alert):
        return reading._replace(found=reading.found.as_test())
    return reading
