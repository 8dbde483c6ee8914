"""Drills that come of tests."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit


class DrillLimits(Form):
    """How often a notice that is only a test makes a drill."""

    from_tests_every_s: float = limit(
        21600, "s", "at most one drill of a scenario in so long", "assumed: LIGO/Virgo/KAGRA send 70 mocks a day", ge=0
    )
    deadline_s: float = limit(300, "s", "how long a drill waits for its client", "assumed", gt=0, le=3600)
