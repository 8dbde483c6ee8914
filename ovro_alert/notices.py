"""The notice: bytes as they were received, with the stream they came on and each arrival."""

from __future__ import annotations

from typing import Literal

from ovro_alert.nouns import Noun
from ovro_alert.times import Utc

NoticeState = Literal["kept", "read", "unreadable", "ignored", "failed"]

STREAMS: dict[str, str] = {
    "chime": "CHIME/FRB VOEvents",
    "lvk": "LIGO/Virgo/KAGRA: igwn JSON, Avro, old VOEvents",
    "gcn": "every other GCN notice: JSON or VOEvent",
    "dsa": "DSA-110 discoveries: DSAEvent and T2 JSON",
    "flarescope": "Flarescope co-observing requests",
    "grex": "GREX triggers",
    "optical": "optical transients",
}
"""Every stream that a notice may come on, and what it carries."""

NOTICE_LIMIT_BYTES = 4 * 1024 * 1024
"""A larger body is no notice."""

TEST_PATH = "-test"
"""How a path ends by which tests alone come: `hop-test`, what SCiMMA Hopskotch has marked as one."""

CONTENT_TYPES = {b"<": "application/xml", b"{": "application/json", b"[": "application/json"}


def content_type_of(body: bytes) -> str:
    """Say what the bytes of a notice look like, for those who were not told."""
    return CONTENT_TYPES.get(body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1], "application/octet-stream")


def carries_tests(path: str | None) -> bool:
    """Say whether by this path tests alone come, whatever their bytes say."""
    return path is not None and path.endswith(TEST_PATH)


class Arrival(Noun):
    """One arrival of the same bytes: by which path, when its receiver had it, when the relay kept it."""

    path: str | None = None
    received: Utc
    kept: Utc


class PathLateness(Noun):
    """When a statement first came by one path: seconds after the event, and behind the first of all paths."""

    path: str | None = None
    received: Utc
    age_s: float | None
    behind_s: float
    notice: int


class RawNotice(Noun):
    """What a reader is given: the bytes and what is known of them."""

    stream: str
    body: bytes
    content_type: str = "application/octet-stream"
    path: str | None = None


class Notice(Noun):
    """A kept notice without its bytes; `history` and `backlog` are judged after all that is fresh."""

    id: int
    seq: int
    stream: str
    state: NoticeState
    why: str | None = None
    content_type: str
    size_bytes: int
    sha256: str
    history: bool = False
    backlog: bool = False
    alert: int | None = None
    arrivals: tuple[Arrival, ...] = ()

    @property
    def may_wait(self) -> bool:
        """Whether what is fresh is judged before it."""
        return self.history or self.backlog


class Ignored(Noun):
    """A reader's word that these bytes are well formed and no concern of ours."""

    why: str
