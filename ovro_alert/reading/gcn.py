"""Notices of GCN: JSON by the unified schema, told apart by `$schema` or by content."""

from __future__ import annotations

import json

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading import chime_gcn
from ovro_alert.reading.figures import words

LONGEST_INTEGER = 30
"""Digits; a longer one is no quantity, and turning it into a number and back is slow."""


def read(body: bytes) -> Alert | Ignored:
    """Read one notice of GCN, if it is of a kind that has its reader."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Ignored(why="no reader yet for GCN notices that are not JSON")
    notice = parse(body)
    if chime_gcn.is_chime(notice):
        return chime_gcn.read(notice, body)
    named = (notice.get(key) for key in ("$schema", "mission", "instrument"))
    kind = next((words(name) for name in named if isinstance(name, str)), None)
    return Ignored(why=f"no reader yet for GCN notices of {kind or 'an unnamed kind'}")


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
