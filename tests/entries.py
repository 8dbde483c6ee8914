"""Entries in the journal of a running relay, without a notice behind them; and keys of any scope."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from ovro_alert.alerts import Alert, KeptAlert
from ovro_alert.relay.journal import alerts
from ovro_alert.relay.journal.writer import Txn
from tests.relay import PATIENCE_S, RunningRelay

T = TypeVar("T")


def written(relay: RunningRelay, work: Callable[[Txn], T]) -> T:
    """Do a job in the relay's journal."""
    inside = relay.app.relay
    return asyncio.run_coroutine_threadsafe(inside.journal.write(work), inside.waiting.loop).result(PATIENCE_S)


def alert(event: str = "chime:1", **fields: Any) -> Alert:
    """Return an alert of that event."""
    values = {"stream": "chime", "kind": "detection", "role": "real", "statement": f"{event}/detection"}
    return Alert(**{**values, "event": event, **fields})


def enter(relay: RunningRelay, *entered: Alert) -> list[KeptAlert]:
    """Write alerts, in this order."""
    return [written(relay, lambda txn, one=one: alerts.put(txn, one, None, retracted=False)) for one in entered]


def made_key(relay: RunningRelay, *scopes: str, name: str = "somebody") -> dict[str, str]:
    """Return the header of a new key with these scopes."""
    answer = relay.http.post("/keys", json={"name": name, "scopes": scopes})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['key']}"}


def nobody(relay: RunningRelay) -> httpx.Client:
    """Return a client without a key."""
    return httpx.Client(base_url=relay.url, timeout=PATIENCE_S, trust_env=False)
