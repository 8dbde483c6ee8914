"""The judge: a process of its own that reads notices and decides, one after the other, in the order it is told.

It reads the journal and writes nothing; the relay writes what it decides. It lives on its standard input and output,
a line of JSON each way, and ends with the relay: at the end of its input, and within the time limit of a decision even
if the relay was killed while something here was stuck.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TextIO

from ovro_alert.alerts import Alert, KeptAlert
from ovro_alert.catalogue.repeaters import Repeater, load_repeaters
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.messages import MessageDraft
from ovro_alert.notices import Ignored, RawNotice
from ovro_alert.reading import read_whole
from ovro_alert.relay.journal import alerts, gathering, notices
from ovro_alert.relay.journal.looking import Looker, Picture
from ovro_alert.relay.judge_orders import Bench, Order
from ovro_alert.relay.judge_warming import burst, superevent, warm
from ovro_alert.scenarios import judge_all
from ovro_alert.scenarios.limits import Limits
from ovro_alert.sky_maps import SkyMap
from ovro_alert.times import EXACT
from ovro_alert.verdicts import Decision

log = logging.getLogger(__name__)
WHY_LENGTH = 500


@dataclass(frozen=True)
class Judge:
    """Reading, circumstances, scenarios: the only place where an alert is decided on."""

    limits: Limits
    repeaters: tuple[Repeater, ...]
    role: Literal["observation", "test"] = "test"
    # where the content type and the bytes of an earlier notice lie
    bytes_of: Callable[[Picture, int], tuple[str, bytes]] = notices.body

    def decide(self, picture: Picture, notice: notices.WaitingNotice, now: datetime) -> Decision:
        """Return all that follows from a notice; whatever its bytes, it does not raise."""
        try:
            found, sky_map = read_whole(notice.raw)
        except UnreadableNoticeError as error:
            return self._unread(notice, "unreadable", str(error))
        except Exception as error:
            log.exception("a reader broke on notice %d", notice.id)
            return self._unread(notice, "failed", f"the reader broke: {type(error).__name__}: {error}")
        if isinstance(found, Ignored):
            return Decision(notice=notice.id, state="ignored", why=found.why[:WHY_LENGTH])
        alert = _named(picture, found)
        known = alerts.by_statement(picture, alert.statement)
        occasion = gathering.Occasion(now, notice.raw.path, notice.received, self.repeaters, self.role, sky_map)
        return self._judged(picture, notice, alert, known, occasion)

    def _judged(
        self,
        picture: Picture,
        notice: notices.WaitingNotice,
        alert: Alert,
        known: KeptAlert | None,
        occasion: gathering.Occasion,
    ) -> Decision:
        if known is not None:
            archived = notices.only_history(picture, known.id)
            # what came live is not improved by an archive: nothing would follow from it
            merged = as_read(known) if notice.history and not archived else as_read(known).merged_with(alert)
            news = archived and not notice.history
            # by the name that it has now, a retraction that came before may be its own
            news = news or alerts.is_retracted(picture, merged) is not known.retracted
            if merged.judged_as(as_read(known)) and not news:
                return _kept_as_judged(notice, merged, known)
            alert = merged
            if occasion.sky_map is None and alert.merger is not None and alert.merger.map is not None:
                occasion = replace(occasion, sky_map=self._map_of(picture, known))
        own_id = None if known is None else known.id
        around = gathering.circumstances(picture, alert, occasion, own_id)
        judgements = judge_all(alert, around, self.limits)
        broken = next((judgement for judgement in judgements if judgement.answer == "failed"), None)
        return Decision(
            notice=notice.id,
            state="read" if broken is None else "failed",
            why=None if broken is None else broken.summary,
            alert=alert,
            alert_id=own_id,
            retracted=around.retracted,
            judgements=judgements,
            as_of=gathering.newest_ground(picture),
        )

    def _map_of(self, picture: Picture, known: KeptAlert) -> SkyMap | None:
        """Return the sky map that another notice of a known alert brought."""
        for notice in notices.of_alert(picture, known.id):
            with contextlib.suppress(UnreadableNoticeError):  # read once, by an older reader
                found = read_whole(RawNotice(stream=notice.stream, body=self.bytes_of(picture, notice.id)[1]))
                if found.sky_map is not None:
                    return found.sky_map
        return None

    def _unread(self, notice: notices.WaitingNotice, state: str, why: str) -> Decision:
        draft = MessageDraft(subject="notice", level="normal", notice=notice.id, facts={"why": why[:WHY_LENGTH]})
        return Decision.model_validate(
            {"notice": notice.id, "state": state, "why": why[:WHY_LENGTH], "messages": (draft,)}
        )


def _kept_as_judged(notice: notices.WaitingNotice, merged: Alert, known: KeptAlert) -> Decision:
    """Return the decision on a notice that adds an address at most: it is kept with the alert, and nothing follows."""
    return Decision(
        notice=notice.id,
        state="read",
        alert=merged,
        alert_id=known.id,
        retracted=known.retracted,
        changed=merged != as_read(known),
    )


def _named(picture: Picture, alert: Alert) -> Alert:
    """Give a statement that cites another the event of that other, if we know it."""
    if alert.cites is None or alert.kind not in ("retraction", "update"):
        return alert
    event = alerts.event_of_ivorn(picture, alert.cites)
    return alert if event is None else alert.model_copy(update={"event": event})


def as_read(kept: KeptAlert) -> Alert:
    """Return a kept alert as its reader gave it."""
    return Alert(**kept.model_dump(exclude={"id", "seq", "made", "retracted"}))


# ── the process ──


def main() -> None:
    """Serve the relay until it ends."""
    answers = _own_output()
    logging.basicConfig(stream=sys.stderr, format="judge: %(levelname)s %(message)s", level=logging.WARNING)
    bench = Bench.model_validate_json(sys.stdin.readline())
    looker = Looker(bench.journal)
    judge = Judge(bench.limits, load_repeaters(bench.repeaters), bench.role)
    for raw in (burst(), superevent()):
        warm(judge.decide, looker, raw)
    gc.freeze()  # what is here now stays: the collector need not look at it again in the middle of a decision
    _say(answers, "ready")
    for line in sys.stdin:
        order = Order.model_validate_json(line)
        # the default action of SIGALRM ends a process in whatever it is stuck, without Python's help
        signal.setitimer(signal.ITIMER_REAL, bench.timeout_s * 1.25)
        decision = _decide(judge, looker, order)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _say(answers, "null" if decision is None else decision.model_dump_json(context=EXACT, exclude_defaults=True))


def _decide(judge: Judge, looker: Looker, order: Order) -> Decision | None:
    def decided(picture: Picture) -> Decision | None:
        notice = notices.waiting(picture, order.notice)
        if notice is None:
            return None
        # what this picture says of the notice is decided on, whatever became of it since it was queued
        decision = judge.decide(picture, notice, notice.received if notice.history else order.now)
        return decision.model_copy(update={"history": notice.history})

    return looker.look(decided)


def _own_output() -> TextIO:
    """Keep the relay's end of the pipe to ourselves: what a library prints goes to the log."""
    mine = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return mine


def _say(answers: TextIO, line: str) -> None:
    answers.write(line + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
