"""The judge: from a notice, and all that the journal knows around it, to a decision. It writes nothing."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ovro_alert.alerts import Alert, KeptAlert, as_read
from ovro_alert.catalogue.repeaters import Repeater
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.messages import MessageDraft
from ovro_alert.notices import Ignored, RawNotice
from ovro_alert.reading import read_whole
from ovro_alert.relay.journal import alerts, gathering, notices
from ovro_alert.relay.journal.looking import Picture
from ovro_alert.relay.journal.second_looks import KeptLook
from ovro_alert.relay.other_sides import OtherSides
from ovro_alert.scenarios import judge_all, judge_one
from ovro_alert.scenarios.limits import Limits
from ovro_alert.sky_maps import SkyMap
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
            others=OtherSides(picture, occasion, self.limits).judged(alert, known, around.retracted, judgements),
            as_of=gathering.newest_ground(picture),
        )

    def look_again(self, picture: Picture, look: KeptLook, now: datetime) -> Decision:
        """Return what a scenario thinks of an alert the second time that it looks."""
        kept = alerts.find(picture, look.alert_id)
        occasion = gathering.Occasion(now, None, kept.made, self.repeaters, self.role, second_look=look.facts)
        around = gathering.circumstances(picture, as_read(kept), occasion, kept.id)
        judgement = judge_one(look.scenario, as_read(kept), around, self.limits)
        return Decision(
            notice=look.notice_id,
            state="read",
            alert_id=kept.id,
            judgements=(judgement,),
            as_of=gathering.newest_ground(picture),
            look=look.id,
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
