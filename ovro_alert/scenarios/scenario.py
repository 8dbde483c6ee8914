"""What a scenario is: its name, what it judges, and its judgement of one alert."""

from __future__ import annotations

from typing import Protocol

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.limits import Limits
from ovro_alert.verdicts import Judgement


class Scenario(Protocol):
    """A pure function with a name: the same alert, circumstances and limits give the same judgement."""

    @property
    def id(self) -> str:
        """Its name, as in verdicts, commands and switches."""

    @property
    def streams(self) -> frozenset[str]:
        """Streams whose alerts it judges."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """Kinds of alert that it judges."""

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say what should come of this alert, and why."""
