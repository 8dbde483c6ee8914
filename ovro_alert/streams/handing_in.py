"""Handing in: notices from files or standard input, for archives and drills; by way of the spool."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable, Iterable
from io import BufferedReader
from typing import BinaryIO

from ovro_alert.errors import CannotStartError
from ovro_alert.notices import NOTICE_LIMIT_BYTES, content_type_of
from ovro_alert.streams.receiving import Receiving

PIPE_S = 0.5
"""How long a pipe on standard input may take to its first byte."""

PUSH_WITHIN_S = 30.0


def read_notice(file: BinaryIO, name: str) -> bytes:
    """Read a whole notice, or say why it is none."""
    body = file.read(NOTICE_LIMIT_BYTES + 1)
    if not 0 < len(body) <= NOTICE_LIMIT_BYTES:
        message = f"{name} is no notice: {len(body)} bytes, of 1 to {NOTICE_LIMIT_BYTES}"
        raise CannotStartError(message)
    return body


def all_given(files: Iterable[BinaryIO], stdin: BinaryIO | None) -> list[bytes]:
    """Read each file; without any, what somebody has put on standard input; nothing if nobody has."""
    notices = [read_notice(file, getattr(file, "name", "standard input")) for file in files]
    if not notices and isinstance(stdin, BufferedReader) and is_given(stdin):
        notices = [read_notice(stdin, "standard input")]
    return notices


def is_given(stdin: BufferedReader) -> bool:
    """Whether it is a file, or a pipe in which something waits: a service has neither."""
    kind = os.fstat(stdin.fileno()).st_mode
    if stat.S_ISFIFO(kind):
        return bool(select.select([stdin], [], [], PIPE_S)[0]) and bool(stdin.peek(1))
    return stat.S_ISREG(kind)


def hand_in(receiving: Receiving, notices: Iterable[bytes], tell: Callable[[str], None]) -> None:
    """Keep them on the disk, then help to push for a while; failing to push is no failure, the spool has them."""
    for body in notices:
        receiving.keep(body, content_type_of(body), "file")
    if not receiving.pusher.empty_within(PUSH_WITHIN_S):
        tell(f"{receiving.stream}: the relay does not take what the spool holds; the next run tries again")
