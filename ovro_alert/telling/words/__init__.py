"""Words for people. Pure: everything that is known when a message is sent, in; plain text without markup, out.

The first word is REAL, TEST, DRILL, SIMULATED or DRY RUN; then stream and event; then the outcome. Times are UTC,
numbers have their unit. What others wrote is one bounded line wherever it stands; a door escapes the whole text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from ovro_alert.messages import Subject
from ovro_alert.tellers import Told
from ovro_alert.telling.words.command import command
from ovro_alert.telling.words.digest import digest
from ovro_alert.telling.words.figures import joined, length
from ovro_alert.telling.words.heading import STREAMS
from ovro_alert.telling.words.later import retraction, update
from ovro_alert.telling.words.plain import plain
from ovro_alert.telling.words.trouble import notice, trouble
from ovro_alert.telling.words.verdict import verdict

log = logging.getLogger(__name__)

TEXT_LIMIT = 3500
"""Characters of one message: Slack shows 4000 well, and cuts at 40,000."""

LATE_S = 60.0
COLLECTED_SHOWN = 20

SUBJECTS: dict[Subject, Callable[[Told], list[str | None]]] = {
    "verdict": verdict,
    "command": command,
    "retraction": retraction,
    "update": update,
    "notice": notice,
    "trouble": trouble,
    "digest": digest,
}


def words(told: Told) -> str:
    """Return what people are told; never raises: a message without its words is better than none."""
    try:
        lines = SUBJECTS[told.message.subject](told)
    except Exception:
        log.exception("message %d has no words", told.message.id)
        says = f"REAL  {plain(told.message.event or 'ovro-alert')}: a message of kind {told.message.subject}"
        lines = [says, "Its words could not be made: see the relay's log, and the page for what it is about"]
    return text([*lines, *_footer(told)])


def collected(tolds: Sequence[Told]) -> str:
    """Return several messages of one stream as one: the first line of each."""
    first = tolds[0]
    stream = first.message.event.partition(":")[0] if first.message.event else first.notice and first.notice.stream
    firsts = [words(told).partition("\n")[0] for told in tolds]
    first_words = {line.partition("  ")[0] for line in firsts}
    same = first_words.pop() if len(first_words) == 1 else "REAL"
    shown = firsts if len(firsts) <= COLLECTED_SHOWN else [*firsts[:COLLECTED_SHOWN], "… the rest is on the page"]
    return text(
        [f"{same}  {STREAMS.get(stream or '', plain(stream or ''))}: {len(tolds)} more in the last hour", *shown]
    )


def text(lines: Sequence[str | None]) -> str:
    """Return the lines that say something, as one bounded text."""
    whole = "\n".join(line for line in lines if line)
    return whole if len(whole) <= TEXT_LIMIT else whole[: TEXT_LIMIT - 1] + "…"


def _footer(told: Told) -> list[str | None]:
    message = told.message
    late_s = (told.now - message.made).total_seconds()
    asked = told.command.id if told.command is not None else None
    return [
        f"Told {length(late_s)} after it was decided" if late_s > LATE_S else None,
        joined(
            plain(message.event) if message.event else None,
            f"alert {message.alert}" if message.alert is not None else None,
            f"command {asked}" if asked is not None else None,
            f"message {message.id}",
            by=" · ",
        ),
    ]
