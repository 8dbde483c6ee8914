"""Ending in time: uvicorn waits for open connections without an end, so those that wait are sent home first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | int | None
GRACE_S = 2
"""How long connections that do not read what they are sent may hold up the end, seconds."""


def end_on_signals(end: Callable[[], object]) -> Callable[[], None]:
    """Call `end` at SIGTERM and SIGINT, before the server's own handler; returns what puts things back."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    before: dict[int, Handler] = {}

    def handle(number: int, frame: FrameType | None) -> None:
        end()
        earlier = before[number]
        if callable(earlier):
            limit_grace(earlier)
            earlier(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.signal(number, handle)

    def restore() -> None:
        for number, earlier in before.items():
            signal.signal(number, earlier)

    return restore


def limit_grace(handler: Callable[..., object]) -> None:
    """Set uvicorn's `--timeout-graceful-shutdown` if nobody has: one watcher that does not read would hold us for ever.

    The signal handler that was there is a method of the server that we run in.
    """
    config = getattr(getattr(handler, "__self__", None), "config", None)
    if config is not None and getattr(config, "timeout_graceful_shutdown", GRACE_S) is None:
        config.timeout_graceful_shutdown = GRACE_S
