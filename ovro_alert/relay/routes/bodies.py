"""What may come in: every body is measured while it is read, and JSON must be finite, whatever reads it later."""

from __future__ import annotations

import json
import math
from typing import Never

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ovro_alert.notices import NOTICE_LIMIT_BYTES
from ovro_alert.relay.routes.problems import problem

BODY_LIMIT_BYTES = 64 * 1024


class Bodies:
    """Reads the body of a request within its limit, looks at it, and hands it on whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        is_notice = scope["path"].startswith("/notices/")
        limit = NOTICE_LIMIT_BYTES if is_notice else BODY_LIMIT_BYTES
        try:
            body = await _read(scope, receive, limit)
        except ClientDisconnect:
            return  # half a body is none: nothing of it is kept, and nobody hears an answer
        if body is None:
            answer = problem(413, "The body is too large", f"the body is over its limit of {limit} bytes", "too-large")
            await answer(scope, receive, send)
            return
        wrong = None if is_notice else _not_finite(body)
        if wrong is not None:
            await problem(422, "JSON must be finite", wrong, "unprocessable")(scope, receive, send)
            return
        await self.app(scope, _again(body, receive), send)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """Return the whole body; None as soon as it is known to be too large."""
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def _not_finite(body: bytes) -> str | None:
    """Say what is wrong with numbers or depth; what is not JSON at all is for the route to refuse."""
    try:
        json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except InfiniteError as error:
        return str(error)
    except RecursionError:
        return "nested too deeply"
    except ValueError:
        return None
    return None


class InfiniteError(ValueError):
    """A number that is none."""


def _refuse(word: str) -> Never:
    raise InfiniteError(f"{word} is not a number that JSON knows")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise InfiniteError(f"{text[:40]} is beyond any number that can be kept")
    return value
