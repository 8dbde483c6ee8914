"""Which of DSA-110's discoveries Swift is asked about."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit

T3 = "as DSA-110's T3 (dsa110/dsa110-T3, T3_manager.py)"


class GuanoLimits(Form):
    """For which of DSA-110's discoveries Swift is asked to keep its gamma-ray data."""

    min_probability: float = limit(0.95, "", "the probability is more than this", T3, ge=0, le=1)
    max_ibox: int = limit(16, "samples", "a boxcar is narrower than this", T3, gt=0, le=100000)
    min_snr: float = limit(11, "", "the S/N is more than this", T3, ge=0)
    max_age_s: float = limit(
        1500, "s", "Swift's ring buffer is not believed to hold more", "Swift/GUANO", gt=0, le=86400
    )
    late_s: float = limit(900, "s", "from this age on the data may be gone", "Swift/GUANO", gt=0, le=86400)
    error_both_arms_deg: float = limit(
        1 / 60, "deg", "position error that is sent, seen in both arms", "assumed", gt=0, le=10
    )
    error_one_arm_deg: float = limit(1.34, "deg", "the same in one arm", "half the primary beam", gt=0, le=10)
    better_share: float = limit(
        0.5, "", "a position is better whose error is less than this share of the one sent", "assumed", gt=0, le=1
    )
    cite_within_s: float = limit(
        86400, "s", "how long a VOEvent that cites an earlier one is worth sending", "assumed", gt=0, le=864000
    )
    status_fresh_s: float = limit(60, "s", "an older status of its client is not known", "assumed", gt=0, le=3600)
    per_day: int = limit(20, "", "requests in 24 h", "assumed", ge=0, le=1000)
    priority: int = limit(60, "", "priority", "assumed", ge=0, le=100)
