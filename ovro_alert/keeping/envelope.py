"""One notice in one file: the sum of all that follows, a line that says when and how it came, then its bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from ovro_alert.times import iso_us, parse_utc


class Envelope(NamedTuple):
    """The bytes as they came, when they came, as what, and by which path."""

    body: bytes
    content_type: str
    received: datetime
    path: str

    def pack(self) -> bytes:
        """Write it as one file."""
        head = {"received": iso_us(self.received), "content_type": self.content_type, "path": self.path}
        rest = json.dumps(head).encode() + b"\n" + self.body
        return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def unpack(data: bytes) -> Envelope:
    """Read such a file; one that is torn or spoilt is a ValueError."""
    digest, _, rest = data.partition(b"\n")
    if digest != hashlib.sha256(rest).hexdigest().encode():
        message = f"torn or spoilt on the disk: {len(data)} bytes"
        raise ValueError(message)
    line, _, body = rest.partition(b"\n")
    head = json.loads(line)
    return Envelope(body, head["content_type"], parse_utc(head["received"]), head["path"])
