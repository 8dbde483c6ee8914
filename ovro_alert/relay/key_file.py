"""The file relay.key: how receivers and clients on this machine come by a key."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from ovro_alert.errors import CannotStartError

TOKEN = re.compile(r"ovro_[A-Za-z0-9_-]{43}")
"""What a key looks like: a word by which logs and scanners know it, and 256 random bits."""


def make_token() -> str:
    """Return a new secret."""
    return "ovro_" + secrets.token_urlsafe(32)


def read_token(path: Path) -> str | None:
    """Return the key in the file; None if there is no file, or something else is in it."""
    try:
        token = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"the key file {path} cannot be read: {error.strerror}; it belongs to the relay's user"
        raise CannotStartError(message) from error
    return token if TOKEN.fullmatch(token) else None


def write_token(path: Path, token: str) -> None:
    """Put the key in the file, whole or not at all, readable by its user only, on disk before this returns."""
    half = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        message = f"the key file {path} cannot be written: {error.strerror}; give the relay's user that folder"
        raise CannotStartError(message) from error
