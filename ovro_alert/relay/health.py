"""How the relay is: one line for each part of it, and one for everybody who should be sending it their word."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from ovro_alert.actions import TELESCOPES
from ovro_alert.errors import AlertError
from ovro_alert.notices import STREAMS
from ovro_alert.nouns import Noun
from ovro_alert.relay.journal.standing import Standing, standing
from ovro_alert.relay.running import Relay
from ovro_alert.statuses import SILENT_AFTER_S, KeptStreamStatus, KeptTelescopeStatus
from ovro_alert.times import age_s

LOOK_S = 3.0
"""A journal or a disk that does not answer in this time is not well."""

JUDGED_WITHIN_S = 10.0
"""A notice that has waited for longer says that nobody judges."""

FREE_AT_LEAST_MB = 200.0
SAYS_LENGTH = 400


class Part(Noun):
    """One line. `failing` is the relay's own trouble; `silent` and `unheard` are others'."""

    part: str
    state: Literal["ok", "failing", "silent", "unheard"]
    says: str


class Health(Noun):
    """All lines; not `ok` if any part of the relay itself is failing."""

    ok: bool
    parts: list[Part] = []


class Seen(NamedTuple):
    """What was seen in one look; `standing` is None when the journal could not be read."""

    health: Health
    standing: Standing | None


async def look(relay: Relay) -> Seen:
    """Look at every part; whatever is broken is a line, never an error."""
    parts = []
    found: Standing | None = None
    try:
        async with asyncio.timeout(LOOK_S):
            found = await relay.journal.read(standing)
            parts.append(await asyncio.to_thread(_disk, relay))
    except (AlertError, OSError, TimeoutError) as error:
        why = str(error) or f"no answer within {LOOK_S:g} s"
        parts.append(Part(part="journal" if found is None else "disk", state="failing", says=why))
    now = relay.clock.now()
    if found is not None:
        parts.append(_journal(relay, found))
        parts.append(_judge(relay, found, now))
    parts.append(_alarm(relay))
    parts.append(_outbox(relay, found))
    parts.append(_digest(relay))
    if found is not None:
        parts += _others("stream", STREAMS, found.streams, now)
        parts += _others("telescope", TELESCOPES, found.telescopes, now)
    return Seen(Health(ok=all(part.state != "failing" for part in parts), parts=parts), found)


def _line(part: str, trouble: str | None, well: str) -> Part:
    return Part(part=part, state="ok" if trouble is None else "failing", says=trouble or well)


def _journal(relay: Relay, found: Standing) -> Part:
    writer = relay.journal.writer
    dead = writer.fatal is not None or writer.thread is None or not writer.thread.is_alive()
    trouble = f"its writer has died ({writer.fatal}); restart the relay" if dead else None
    return _line("journal", trouble, f"at {found.seq}")


def _disk(relay: Relay) -> Part:
    free_mb = shutil.disk_usage(relay.settings.home).free / 1e6
    says = f"{free_mb:.0f} MB free"
    return _line("disk", f"only {says}: make room" if free_mb < FREE_AT_LEAST_MB else None, says)


def _judge(relay: Relay, found: Standing, now: datetime) -> Part:
    waits_s = 0.0 if found.oldest_fresh is None else age_s(found.oldest_fresh, now)
    says = f"{found.notices_waiting} notices wait, the oldest fresh one for {waits_s:.0f} s"
    cold = None if relay.judging.judge.warm else "its process is starting: notices wait"
    trouble = relay.judging.trouble or _ended(relay.judging.task) or cold
    looks = relay.looks.trouble or _ended(relay.looks.task)
    late = says if waits_s > JUDGED_WITHIN_S else None
    return _line("judge", trouble or late or (looks and f"second looks: {looks}"), says)


def _alarm(relay: Relay) -> Part:
    return _line("alarm", relay.alarm.trouble or _ended(relay.alarm.task), "commands end at their deadlines")


def _outbox(relay: Relay, found: Standing | None) -> Part:
    trouble = relay.outbox.trouble or _ended(relay.outbox.task)
    unsent = f", {relay.outbox.unsent} could not be sent since the start" if relay.outbox.unsent else ""
    return _line("outbox", trouble, f"{found.messages_waiting if found else '?'} messages wait{unsent}")


def _digest(relay: Relay) -> Part:
    daily = relay.digesting.daily
    if daily is None:
        return _line("digest", None, "off")
    trouble = relay.digesting.trouble or _ended(relay.digesting.task)
    return _line("digest", trouble, f"each day at {daily.at:%H:%M} {daily.zone.key}")


def _ended(task: asyncio.Task[None] | None) -> str | None:
    return "its task has ended; restart the relay" if task is None or task.done() else None


def _others(
    of: str,
    names: Mapping[str, object],
    heard: Mapping[str, KeptStreamStatus] | Mapping[str, KeptTelescopeStatus],
    now: datetime,
) -> Iterator[Part]:
    for name in names:
        last = heard.get(name)
        if last is None:
            yield Part(part=f"{of} {name}", state="unheard", says="nobody has reported")
            continue
        ago_s = age_s(last.at, now)
        silent = ago_s > SILENT_AFTER_S
        says = f"{last.state}, {ago_s:.0f} s ago{_paths(last)}"
        yield Part(part=f"{of} {name}", state="silent" if silent else "ok", says=says)


def _paths(last: KeptStreamStatus | KeptTelescopeStatus) -> str:
    paths = last.paths if isinstance(last, KeptStreamStatus) else {}
    named = ", ".join(f"{path} {state}" for path, state in paths.items())
    return f": {named}"[:SAYS_LENGTH] if named else ""
