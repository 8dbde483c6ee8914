"""One burst seen by two telescopes: what a notice of one adds is judged for the other's alerts too."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ovro_alert.alerts import BURSTS, Alert, KeptAlert, as_read
from ovro_alert.commands import Command
from ovro_alert.relay.journal import alerts
from ovro_alert.relay.journal.gathering import Occasion, circumstances
from ovro_alert.relay.journal.looking import Picture
from ovro_alert.scenarios import judge_all
from ovro_alert.scenarios.limits import Limits
from ovro_alert.verdicts import JudgedAgain, Judgement


class OtherSides(NamedTuple):
    """The other telescopes' side of an occasion."""

    picture: Picture
    occasion: Occasion
    limits: Limits

    def judged(
        self, alert: Alert, known: KeptAlert | None, retracted: bool, judgements: tuple[Judgement, ...]
    ) -> tuple[JudgedAgain, ...]:
        """Judge again what these judgements of an alert say is the same burst, with what the alert adds to it."""
        events = dict.fromkeys(event for judgement in judgements for event in judgement.joins)
        if not events:
            return ()
        now = self.occasion.now
        # as the journal will have it; its number is 0 where it has none yet
        kept = {"id": 0 if known is None else known.id, "seq": 0, "made": now, "retracted": retracted}
        occasion = replace(
            self.occasion,
            sky_map=None,
            beside=KeptAlert.model_construct(**dict(alert) | kept),
            just_made=self._made(judgements),
            just_ended=_taken_back(judgements),
        )
        return tuple(again for event in events if (again := self._again(event, occasion)) is not None)

    def _again(self, event: str, occasion: Occasion) -> JudgedAgain | None:
        bursts = [one for one in alerts.of_event(self.picture, event) if one.kind in BURSTS and not one.retracted]
        if not bursts:
            return None
        bursts.sort(key=lambda one: one.role == "real")  # a test of its name never speaks for it
        alert = as_read(bursts[-1])
        around = circumstances(self.picture, alert, occasion, bursts[-1].id)
        judgements = tuple(_of_another(one) for one in judge_all(alert, around, self.limits))
        return JudgedAgain(alert=bursts[-1].id, judgements=judgements)

    def _made(self, judgements: tuple[Judgement, ...]) -> tuple[Command, ...]:
        """Return the commands that will be made of these judgements, as far as they are known before they are."""
        drafts = (draft for one in judgements if one.answer == "command" for draft in one.commands)
        made = {"id": 0, "seq": 0, "role": self.occasion.role, "state": "pending", "made": self.occasion.now}
        return tuple(Command.model_validate(dict(draft) | made | {"by": "relay"}) for draft in drafts)


def _taken_back(judgements: tuple[Judgement, ...]) -> frozenset[int]:
    """Return the waiting commands that these judgements end: they keep nobody else from a beam."""
    back = (one for judgement in judgements for one in judgement.withdrawals)
    return frozenset(one.command for one in back if not (one.told_only or one.stop))


def _of_another(judgement: Judgement) -> Judgement:
    """Return a judgement of another event as it counts: what changes no command there has been told before."""
    changes = judgement.commands or judgement.withdrawals or judgement.subject == "update"
    loud = changes or judgement.answer == "failed"
    return judgement.model_copy(update={"joins": ()} if loud else {"joins": (), "level": None})
