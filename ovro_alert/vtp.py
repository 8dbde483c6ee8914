"""The VOEvent Transport Protocol: one message out, one reply back, each after its length in four bytes, big end first.

IVOA Note "VOEvent Transport Protocol" 2.0, as Comet 3.1 speaks it.
"""

from __future__ import annotations

import re
import socket
import struct
from typing import Literal, NamedTuple
from xml.etree import ElementTree

from ovro_alert.errors import BrokerAwayError
from ovro_alert.times import Clock

LENGTH = struct.Struct("!I")
MESSAGE_LIMIT_BYTES = 99_999
"""What Twisted's Int32StringReceiver takes; Comet closes the connection on more."""

REPLY_LIMIT_BYTES = 64 * 1024
REASON_LIMIT = 500
TRANSPORT = "{http://www.telescope-networks.org/xml/Transport/v1.1}Transport"
SEEN = "Previously seen"


class Reply(NamedTuple):
    """What came back.

    Attributes
    ----------
    outcome
        `ack`: taken. `nak`: refused, `reason` is the broker's. `closed`: the broker hung up without a reply, as Comet
        does on what it cannot read. `silent`: no whole reply in time. `garbled`: a reply that is none. After the last
        three nobody knows whether it was taken; sending the same bytes again does no harm.
    """

    outcome: Literal["ack", "nak", "closed", "silent", "garbled"]
    reason: str = ""

    @property
    def taken(self) -> bool:
        """The broker has it: now, or (the same bytes) from an earlier try."""
        return self.outcome == "ack" or (self.outcome == "nak" and SEEN in self.reason)


def send(host: str, port: int, message: bytes, clock: Clock, within_s: float = 20.0) -> Reply:
    """Send one VOEvent as an author and wait for the reply; BrokerAwayError: there was no connection."""
    if len(message) > MESSAGE_LIMIT_BYTES:
        return Reply("nak", f"not sent: {len(message)} bytes, brokers take {MESSAGE_LIMIT_BYTES}")
    until = clock.monotonic() + within_s
    try:
        connection = socket.create_connection((host, port), timeout=within_s)
    except OSError as error:
        away = f"{host}:{port}: {error.strerror or error}"
        raise BrokerAwayError(away) from error
    with connection:
        try:
            connection.settimeout(_left_s(clock, until))
            connection.sendall(LENGTH.pack(len(message)) + message)
            return _reply(connection, clock, until)
        except TimeoutError:
            return Reply("silent", f"no reply within {within_s:g} s")
        except OSError as error:
            return Reply("closed", f"the broker hung up without a reply ({error.strerror or error})")


def _reply(connection: socket.socket, clock: Clock, until: float) -> Reply:
    (length,) = LENGTH.unpack(_read(connection, LENGTH.size, clock, until))
    if length > REPLY_LIMIT_BYTES:
        return Reply("garbled", f"a reply of {length} bytes")
    return read_reply(_read(connection, length, clock, until))


def _read(connection: socket.socket, size: int, clock: Clock, until: float) -> bytes:
    pieces = b""
    while len(pieces) < size:
        connection.settimeout(_left_s(clock, until))
        piece = connection.recv(size - len(pieces))
        if not piece:
            raise ConnectionResetError(f"after {len(pieces)} of {size} bytes")
        pieces += piece
    return pieces


def _left_s(clock: Clock, until: float) -> float:
    left_s = until - clock.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s


def read_reply(data: bytes) -> Reply:
    """Read a Transport document: acknowledged, or refused and why."""
    try:
        text = data.decode()
        if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
            return Reply("garbled", "a reply with a document type")
        root = ElementTree.fromstring(text.encode())  # noqa: S314 - 64 KiB at most, and no document type, so no entities
    except (ValueError, ElementTree.ParseError) as error:
        return Reply("garbled", f"a reply that is not XML: {error}"[:REASON_LIMIT])
    role = root.get("role")
    reason = " ".join((root.findtext("Meta/Result") or "").split())[:REASON_LIMIT]
    if root.tag != TRANSPORT or role not in ("ack", "nak"):
        return Reply("garbled", f"not a reply: {root.tag[:80]} role {role!r:.40}")
    return Reply("ack" if role == "ack" else "nak", reason)
