"""CHIME repeater → OVRO-LWA voltage beam."""

from __future__ import annotations

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.limits import Limits
from ovro_alert.verdicts import Judgement


class ChimeRepeater:
    """A burst of a known repeater is recorded when it reaches the LWA's band, minutes after CHIME saw it."""

    id = "chime_repeater"
    streams = frozenset({"chime"})
    kinds: frozenset[Kind] = frozenset({"detection", "subsequent", "update", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether a beam is worth it."""
        return Judgement(scenario=self.id, answer="nothing", summary="not judged yet")


CHIME_REPEATER = ChimeRepeater()
