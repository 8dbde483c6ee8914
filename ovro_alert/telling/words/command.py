"""What came of a command: on, off, files, bytes, what was truly caught; or why not, and by whom."""

from __future__ import annotations

from ovro_alert.commands import Change, Command
from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import ago, date, first_of, fraction, joined, length, moment, number, quantity
from ovro_alert.telling.words.heading import asked, heading
from ovro_alert.telling.words.plain import LINE_LIMIT, pairs, plain
from ovro_alert.telling.words.proposal import proposed_by_hand

ON, OFF = ("on_at", "on", "started"), ("off_at", "off", "ended")
FILES, SIZE_GB = ("files", "file"), ("gb", "size_gb")
PLACE = ("beam", "ra_deg", "dec_deg", "lead_s")
CAUGHT, SEARCH = ("caught",), ("search_job", "search")
WHY = ("says", "why", "reason", "error")
KNOWN = frozenset({*ON, *OFF, *FILES, *SIZE_GB, *PLACE, *CAUGHT, *SEARCH, *WHY, "outcome"})
"""What clients report under these names has a sentence of its own; the rest is shown as it came."""

FILES_SHOWN = 6


def command(told: Told) -> list[str | None]:
    """Return the lines: what it became; when it was on; what is on disk; what else the client said."""
    if told.command is None:
        return [heading(told, "no command was found in the journal")]
    asked_for = told.command
    if asked_for.state == "proposed":
        return proposed_by_hand(told, asked_for)
    return [
        heading(told, f"{asked(asked_for)} {_became(told, asked_for)}"),
        _decided(told, asked_for),
        _times(told, asked_for),
        _place(asked_for),
        _data(asked_for),
        _search(asked_for),
        _says(asked_for),
        pairs(asked_for.detail, leave=KNOWN) or None,
        _stop(asked_for),
    ]


def _became(told: Told, asked_for: Command) -> str:
    last = told.history[-1] if told.history else None
    if asked_for.overdue and not asked_for.final:
        return f"is overdue: no word from {plain(asked_for.client)}{_since(told, asked_for)}; somebody must look"
    if asked_for.state == "expired":
        return f"expired: {_why_expired(told, asked_for)}"
    if asked_for.state == "done":
        caught = fraction(first_of(asked_for.detail, *CAUGHT))
        return f"done: caught {caught} of 43.2–82.8 MHz" if caught and asked_for.action == "beam" else "done"
    return _ended(asked_for, last)


def _since(told: Told, asked_for: Command) -> str:
    if asked_for.until is None:
        return ""
    return f"; it should have been over {date(asked_for.until)} ({ago(asked_for.until, told.now)})"


def _ended(asked_for: Command, last: Change | None) -> str:
    words = plain(_sentence(asked_for) or (_note(last) if last else ""), LINE_LIMIT)
    by = plain(last.by) if last is not None else ""
    outcome = " (outcome unknown: it may have run; look before asking again)" if _unknown(asked_for) else ""
    said = {
        "failed": f"FAILED{outcome}",
        "refused": "refused by the telescope",
        "declined": f"declined by {by}",
        "cancelled": f"cancelled by {by}",
        "pending": f"approved by {by}" if last is not None and _approved(last) else "waits for its client",
        "claimed": f"taken by {plain(asked_for.client)}",
        "acting": "begun",
    }.get(asked_for.state, asked_for.state)
    return f"{said}: {words}" if words else said


def _says(asked_for: Command) -> str | None:
    """Return the client's own sentence, where the first line does not have it."""
    if asked_for.state != "done" and not (asked_for.state == "acting" and asked_for.overdue):
        return None
    return plain(_sentence(asked_for), LINE_LIMIT) or None


def _sentence(asked_for: Command) -> str:
    # every sentence of a client that moved nothing says so first; here the first line has said it
    words = str(first_of(asked_for.detail, *WHY) or "")
    return words.removeprefix("SIMULATED").removeprefix("DRY RUN").lstrip(" :,")


def _unknown(asked_for: Command) -> bool:
    return asked_for.detail.get("outcome") == "unknown"


def _approved(last: Change) -> bool:
    return last.state == "pending" and last.by not in ("", "relay")


def _decided(told: Told, asked_for: Command) -> str | None:
    """Return who decided on a proposal, when, how long that took, and what for."""
    proposed = bool(told.history) and told.history[0].state == "proposed"
    decision = next((one for one in told.history if proposed and (_approved(one) or one.state == "declined")), None)
    if decision is None:
        return None
    word = "Declined" if decision.state == "declined" else "Approved"
    took = length((decision.at - asked_for.made).total_seconds())
    said = f"{word} by {plain(decision.by)} {date(decision.at)}, {took} after it was proposed"
    # the first line has it as long as the decision is the last that happened
    note = "" if asked_for.state in ("pending", "declined") else _note(decision)
    return f"{said}: {plain(note, LINE_LIMIT)}" if note else said


def _note(change: Change) -> str:
    """Return what was written beside a change; where a person wrote nothing, the relay put the bare word."""
    return "" if change.why in ("approved", "declined") else change.why


def _why_expired(told: Told, asked_for: Command) -> str:
    before = [change.state for change in told.history if change.state != "expired"]
    last = before[-1] if before else None
    when = f"its deadline was {date(asked_for.deadline)}"
    if last == "proposed":
        return f"nobody decided; {when}"
    if "claimed" in before:
        return f"{plain(asked_for.client) or 'its client'} took it and did not begin; {when}"
    return f"no client took it; {when}. A client of the old kind may have acted on it"


def _times(told: Told, asked_for: Command) -> str | None:
    on, off = moment(first_of(asked_for.detail, *ON)), moment(first_of(asked_for.detail, *OFF))
    burst = told.alert.time if told.alert is not None else None
    age = f" ({length((on - burst).total_seconds())} after the event)" if on is not None and burst is not None else ""
    return joined(
        f"On {date(on)}{age}" if on is not None else None,
        f"off {date(off)} ({ago(off, told.now)})" if off is not None else None,
        length((off - on).total_seconds()) if on is not None and off is not None else None,
    )


def _place(asked_for: Command) -> str | None:
    detail = asked_for.detail
    ra, dec = quantity(detail.get("ra_deg"), ".3f", "°"), quantity(detail.get("dec_deg"), "+.3f", "°")
    lead = length(detail.get("lead_s"))
    return joined(
        joined(
            quantity(detail.get("beam"), ".0f") and f"Beam {quantity(detail.get('beam'), '.0f')}",
            ra and dec and f"{'at' if 'beam' in detail else 'At'} RA {ra} Dec {dec}",
            by=" ",
        ),
        lead and f"first sample {lead} after the telescope was told",
    )


def _data(asked_for: Command) -> str | None:
    names = [name for key in FILES for name in _names(asked_for.detail.get(key))]
    shown = ", ".join(plain(name) for name in names[:FILES_SHOWN])
    more = f" and {len(names) - FILES_SHOWN} more" if len(names) > FILES_SHOWN else ""
    count = quantity(first_of(asked_for.detail, *FILES), ".0f", " files")
    return joined(
        joined(count, f"{shown}{more}" if count else shown and f"Files: {shown}{more}", by=": "),
        _size(first_of(asked_for.detail, *SIZE_GB)),
        by="; ",
    )


def _names(value: object) -> list[object]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else []


def _size(size_gb: object) -> str | None:
    known = number(size_gb)
    if known is None:
        return None
    return f"{known:.1f} GB" if known < 1000 else f"{known / 1000:.1f} TB"


def _search(asked_for: Command) -> str | None:
    job = first_of(asked_for.detail, *SEARCH)
    if isinstance(job, bool):
        return "Search job queued" if job else "Search job not queued"
    if job:
        return f"Search job {plain(job)}"
    # a beam without a word on its search would be taken for one that is being searched
    return "Search job not queued" if asked_for.state == "done" and asked_for.action == "beam" else None


def _stop(asked_for: Command) -> str | None:
    if asked_for.stop is None:
        return None
    return f"Stop asked for by {plain(asked_for.stop.by)}: {plain(asked_for.stop.why, LINE_LIMIT)}"
