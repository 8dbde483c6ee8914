"""Every door asks for a key first: before a body is looked at, and before anything is looked up."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from ovro_alert.errors import MissingKeyError, WrongScopeError

if TYPE_CHECKING:
    from ovro_alert.relay.keyring import Holder
    from ovro_alert.relay.running import Relay

LOOKING = frozenset({"GET", "HEAD"})
"""Methods that change nothing: only for these a key may come as a browser sends it."""


async def opened(request: Request, *scopes: str, query_key: bool = False) -> str:
    """Let in whoever has a key with one of these scopes; return the key's name.

    Parameters
    ----------
    request
        What was asked, with `Authorization: Bearer KEY`; to look only, KEY may be the password of HTTP Basic.
    scopes
        Any one of them opens; `admin` and `*` always do.
    query_key
        Whether the key may be `?key=KEY`, as old clients send it.

    Raises
    ------
    MissingKeyError
        No key, or one that nobody has: 401.
    WrongScopeError
        A good key that does not open this door: 403.
    """
    return demanded(request, held(request, query_key=query_key), *scopes)


def demanded(request: Request, holder: Holder, *scopes: str) -> str:
    """Return the name of a key that has one of these scopes; another is refused."""
    if not holder.opens(*scopes):
        needed = " or ".join(scopes or ("admin",))
        message = f"the key {holder.name!r} does not open {request.method} {request.url.path}: it needs {needed}"
        raise WrongScopeError(message)
    return holder.name


async def _reads(request: Request) -> str:
    return await opened(request, "read")


Reader = Annotated[str, Depends(_reads)]
"""Whoever may look, as a parameter: asked for a key before the query is found wrong."""


def held(request: Request, *, query_key: bool = False) -> Holder:
    """Return who came, whatever their key opens."""
    token = presented(request, query_key=query_key)
    if token is None:
        raise MissingKeyError
    relay: Relay = request.app.state.relay
    holder = relay.keyring.holder(token)
    if holder is None:
        message = "nobody has this key: it was mistyped, withdrawn, or is another relay's"
        raise MissingKeyError(message)
    return holder


def presented(request: Request, *, query_key: bool = False) -> str | None:
    """Return the key that came with a request, in the first place where one may be."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    if scheme.lower() == "basic" and request.method in LOOKING:
        return _password(rest)
    return request.query_params.get("key") if query_key else None


def challenges(method: str) -> list[tuple[str, str]]:
    """Return the headers of a 401, one line each: a browser asks for a password only if it is told that it may."""
    bearer = ("WWW-Authenticate", 'Bearer realm="ovro-alert"')
    basic = ("WWW-Authenticate", 'Basic realm="ovro-alert", charset="UTF-8"')
    return [basic, bearer] if method in LOOKING else [bearer]


def _password(encoded: str) -> str | None:
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return pair.partition(":")[2] or None
