"""Keys as people see them, and the scopes that say which doors a key opens."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from ovro_alert.actions import TELESCOPES
from ovro_alert.notices import STREAMS
from ovro_alert.nouns import Form, Noun
from ovro_alert.times import Utc

EVERYTHING = frozenset({"admin", "*"})
"""Either of them opens every door."""

SCOPES: tuple[str, ...] = (
    *(f"notices:{stream}" for stream in STREAMS),
    *(f"{what}:{telescope}" for what in ("commands", "follow", "approve") for telescope in TELESCOPES),
    "read",
    "admin",
    "*",
)
"""Every scope that a key may have."""

RESERVED = frozenset({"relay", "relay_key"})
"""Names that the relay uses for itself: a key of that name would sign in its stead."""


def _known(scope: str) -> str:
    if scope not in SCOPES:
        message = f"no scope is called {scope!r:.80}; there are {', '.join(SCOPES)}"
        raise ValueError(message)
    return scope


def _free(name: str) -> str:
    if name.lower() in RESERVED:
        message = f"the name {name!r} is the relay's own; choose another"
        raise ValueError(message)
    return name


Scope = Annotated[str, AfterValidator(_known)]
KeyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 @._-]{0,63}$"), AfterValidator(_free)]


class NewKey(Form):
    """POST /keys: whose it shall be and what it opens."""

    name: KeyName
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=len(SCOPES))


class Key(Noun):
    """A key without its secret."""

    name: str
    scopes: tuple[str, ...]
    made: Utc


class MadeKey(Key):
    """A key with its secret: shown once, when it is made."""

    key: str
