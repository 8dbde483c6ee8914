"""Errors as problem documents (RFC 9457): the status of their class, and their own sentence."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from ovro_alert.errors import AlertError, MissingKeyError
from ovro_alert.relay.routes.doors import challenges

log = logging.getLogger(__name__)
MOST_ERRORS = 20


def problem(status: int, title: str, detail: str, code: str, **more: Any) -> Response:  # noqa: ANN401 - JSON
    """Return a problem document."""
    body = {"type": f"urn:ovro-alert:{code}", "title": title, "status": status, "detail": detail, "code": code, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def handle_problems(app: FastAPI) -> None:
    """Have every error of the application answered as a problem document."""
    app.add_exception_handler(AlertError, _alert_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(ValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _broken)


async def _alert_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AlertError)  # noqa: S101 - for the type checker
    answer = problem(error.status, error.title, str(error), error.code)
    if isinstance(error, MissingKeyError):
        for name, value in challenges(request.method):
            answer.headers.append(name, value)
    return answer


async def _validation_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)  # noqa: S101 - for the type checker
    errors = [
        {"where": ".".join(str(part) for part in one["loc"])[:200], "says": str(one["msg"])[:300]}
        for one in error.errors()[:MOST_ERRORS]
    ]
    detail = "; ".join(f"{one['where']}: {one['says']}" for one in errors)
    return problem(422, "The request is not as it should be", detail, "unprocessable", errors=errors)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    return problem(error.status_code, str(error.detail), str(error.detail), f"http-{error.status_code}")


async def _broken(request: Request, error: Exception) -> Response:
    log.error("%s %s broke", request.method, request.url.path, exc_info=error)
    return problem(500, "Something broke in the relay", "the relay's log says more; send it again", "broken")
