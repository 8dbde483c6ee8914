"""Logging: one line for each record, in UTC, and no secret in any of them, whoever wrote it.

uvicorn sets its own loggers up before it imports the application, so those are changed afterwards.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TextIO

MASK = "***"
SECRETS = (
    (re.compile(r"([?&;]key=)[^&;\s\"'#]+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"(%3F|%26)(key%3D)[^%&\s\"']+", re.IGNORECASE), rf"\1\2{MASK}"),
    (re.compile(r"\b(bearer|basic)(\s+)[^\s'\",]+", re.IGNORECASE), rf"\1\2{MASK}"),
    (
        re.compile(
            r"(authorization['\"]?\s*[:=,]\s*)(?!b?['\"]?(?:bearer|basic)\b)(b?['\"])?[^\s'\",]+", re.IGNORECASE
        ),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"\bxox[a-z]-[A-Za-z0-9-]+|\bxapp-[A-Za-z0-9-]+"), MASK),
    (re.compile(r"\bovro_[A-Za-z0-9_-]{20,}"), MASK),
)
"""What a secret looks like in a line: in a query, in a header, or by itself."""

UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
LINE = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"


def masked(line: str) -> str:
    """Return a line without its secrets."""
    for secret, instead in SECRETS:
        line = secret.sub(instead, line)
    return line


class OneLine(logging.Formatter):
    """UTC, one line, masked; an exception's lines are joined to it."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(LINE, "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        return masked(super().format(record)).replace("\n", " | ").replace("\r", " ")


def configure(level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """Have everything that is logged in this process written this way, uvicorn's own lines too; to stderr if unsaid."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in UVICORN:
        logger = logging.getLogger(name)
        if logger.handlers:  # none: it was told to be silent
            logger.handlers.clear()
            logger.propagate = True
    logging.getLogger("alembic").setLevel(logging.WARNING)
