"""Notices that nobody could read, and what else is not well."""

from __future__ import annotations

from typing import Any

from ovro_alert.notices import Notice
from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import date, joined, quantity
from ovro_alert.telling.words.heading import heading
from ovro_alert.telling.words.plain import LINE_LIMIT, pairs, plain

BROKEN = {
    "unreadable": "cannot be read",
    "failed": "broke what judged it",
    "ignored": "was ignored",
    "kept": "waits to be judged",
    "read": "was read",
}
SAID = frozenset({"says", "why", "about"})


def notice(told: Told) -> list[str | None]:
    """Return the lines: which notice, what is wrong with it, where its bytes are."""
    bad = told.notice
    if bad is None:
        return [heading(told, _says(told.message.facts)), _rest(told.message.facts)]
    why = plain(bad.why or told.message.facts.get("why") or "", LINE_LIMIT)
    outcome = f"notice {bad.id} on stream {plain(bad.stream)} {BROKEN[bad.state]}"
    return [heading(told, f"{outcome}: {why}" if why else outcome), _how(bad), _rest(told.message.facts)]


def trouble(told: Told) -> list[str | None]:
    """Return the lines: what is not well, then what is known of it."""
    about = told.message.facts.get("about")
    says = _says(told.message.facts)
    return [heading(told, f"{plain(about)}: {says}" if about else says), _rest(told.message.facts)]


def _says(facts: dict[str, Any]) -> str:
    return plain(facts.get("says") or facts.get("why") or "something is not well", LINE_LIMIT)


def _rest(facts: dict[str, Any]) -> str | None:
    return pairs(facts, leave=SAID) or None


def _how(bad: Notice) -> str | None:
    arrival = bad.arrivals[0] if bad.arrivals else None
    return joined(
        f"here {date(arrival.received)}" if arrival is not None else None,
        f"by {plain(arrival.path)}" if arrival is not None and arrival.path else None,
        quantity(bad.size_bytes, ".0f", " bytes"),
        f"kept as received: GET /notices/{bad.id}/raw",
    )
