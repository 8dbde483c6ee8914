"""A job for the journal's writer: what is to be done, for whom, and how its outcome comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError

from ovro_alert.errors import AlertError, JournalFullError, UnavailableError


@dataclass(slots=True)
class Job:
    """Work for the writer, and where its outcome goes."""

    work: Callable[[Any], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Hand over the outcome; runs in the caller's event loop."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def settle_all(jobs: list[Job]) -> None:
    """Hand over the outcomes of one commit."""
    for job in jobs:
        job.settle()


def unkept(error: DBAPIError) -> AlertError:
    """Return what a caller hears when the disk or the database would not take it."""
    reason = str(error.orig or error)
    if "full" in reason or "disk I/O error" in reason:
        return JournalFullError(f"nothing was written: {reason}; make room, and send it again")
    return UnavailableError(f"nothing was written: {reason}; send it again")
