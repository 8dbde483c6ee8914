"""How a task of the relay sleeps, by the relay's own clock but not through something due sooner, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine

from ovro_alert.times import Clock


async def rest(clock: Clock, longest_s: float, sooner: asyncio.Event) -> None:
    """Return after so many seconds, or as soon as the event is set."""
    naps: list[Coroutine[object, object, object]] = [clock.sleep(longest_s), sooner.wait()]
    tasks = [asyncio.create_task(nap) for nap in naps]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def ended(task: asyncio.Task[None] | None) -> None:
    """End a task, if it ever began, and return when it has let go of everything."""
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
