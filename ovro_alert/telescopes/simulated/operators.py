"""What the simulated DSA-110's operators allow: a file that stands for their keys, to be written in a rehearsal."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ovro_alert.nouns import Form
from ovro_alert.telescopes.dsa import Operators

LIMIT_BYTES = 10_000


class Keys(Form):
    """`{"agents_enabled": false}`, `{"paused": true}`, `{"holder": "who"}`; what is not there allows."""

    agents_enabled: bool = True
    paused: bool = False
    holder: str | None = None


def read_operators(file: Path) -> Operators:
    """Read the file as it is now; without it all is allowed, and nothing by one that cannot be read."""
    try:
        with file.open("rb") as opened:
            keys = Keys.model_validate_json(opened.read(LIMIT_BYTES))
    except FileNotFoundError:
        return Operators()
    except (OSError, ValidationError):
        return Operators(agents_enabled=False, unknown=f"{file} cannot be read")
    return Operators(**keys.model_dump())
