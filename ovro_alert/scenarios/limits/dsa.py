"""What is made of DSA-110's discoveries, and when its dishes may be asked to move."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.observatory import DSA_R95_BOTH_ARMS_DEG, DSA_R95_ONE_ARM_DEG
from ovro_alert.scenarios.limits.limit import limit

OPERATOR = "operator's envelope (dsa110/dsa110-operator, policy.yaml)"
T2 = "as DSA-110's own trigger (dsa110/dsa110-conf, config_t2.yaml)"


class DsaLimits(Form):
    """Which of DSA-110's discoveries OVRO-LWA follows, and for which bursts a repointing of DSA-110 is proposed."""

    max_ahead_s: float = limit(5, "s", "a discovery further in the future is not believed", "assumed", ge=0, le=120)
    min_dm_pc_cm3: float = limit(50, "pc/cm³", "least DM that is followed", T2, ge=0, le=20000)
    min_dm_share: float = limit(0.75, "", "least DM as a share of the Milky Way's", T2, ge=0, le=10)
    min_snr_beam: float = limit(10, "", "least S/N for a beam", "assumed; T2's own floor is 8.4", ge=0)
    max_ibox: int = limit(33, "samples", "a boxcar is narrower than this", T2, gt=0, le=100000)
    max_cntb: int = limit(15, "beams", "a cluster has fewer search beams than this", T2, gt=0, le=512)
    min_probability: float = limit(0.5, "", "least probability by T3, once it has classified", "assumed", ge=0, le=1)
    confirmed: float = limit(0.95, "", "from this probability by T3 on people hear: confirmed", "assumed", ge=0, le=1)
    pointing_fresh_s: float = limit(60, "s", "an older pointing is not known", "assumed", gt=0, le=3600)
    r95_both_arms_deg: float = limit(
        DSA_R95_BOTH_ARMS_DEG,
        "deg",
        "95 % position error, seen in both arms",
        "0.016° at 90 % (dsa110/dsa110-event, gcn.py)",
        gt=0,
        le=5,
    )
    r95_one_arm_deg: float = limit(
        DSA_R95_ONE_ARM_DEG, "deg", "the same in one arm: half the primary beam", "λ/D (dsa110/dsa110-T2)", gt=0, le=10
    )
    max_r95_deg: float = limit(1.4, "deg", "largest 95 % position error for a beam", "computed", gt=0, le=180)
    priority_beam: int = limit(60, "", "priority of a beam on a discovery of DSA-110", "assumed", ge=0, le=100)
    el_min_deg: float = limit(30, "deg", "lowest elevation of the dishes, from the south", OPERATOR, ge=3, le=135)
    el_max_deg: float = limit(125, "deg", "highest elevation of the dishes, over the zenith", OPERATOR, ge=3, le=135)
    same_pointing_deg: float = limit(
        1.33, "deg", "nearer than this DSA-110 points there already", "half of its half-power width", gt=0, le=10
    )
    max_repoint_r95_deg: float = limit(
        1.33, "deg", "largest 95 % position error for a repointing", "half of its half-power width", gt=0, le=10
    )
    arm_s: float = limit(
        2700,
        "s",
        "to arm the search anew after a repointing",
        "settle 240, table 1800, warm 600, margin 60 s (dsa110/dsa110-operator, session.py)",
        ge=0,
        le=86400,
    )
    slew_unknown_s: float = limit(
        149, "s", "a slew from an unknown declination", "computed: 95° at 1.57 s/°", ge=0, le=3600
    )
    proposal_margin_s: float = limit(
        300, "s", "a proposal ends so long before the last moment to command", "assumed", ge=0, le=86400
    )
    proposal_least_s: float = limit(
        600, "s", "a transit is taken if people have so long to decide, else the next", "assumed", ge=0, le=86400
    )
    proposals_open: int = limit(1, "", "proposals that may wait for a person", "assumed", ge=0, le=1000)
    proposals_in_days: int = limit(3, "", "proposals in `proposal_days`", "assumed", ge=0, le=1000)
    proposal_days: float = limit(
        7, "d", "in which proposals are counted, and one source is proposed once", "assumed", gt=0, le=14
    )
    storm_bursts: int = limit(3, "", "so many bursts of one source are a storm", "assumed", ge=2, le=10)
    storm_days: float = limit(7, "d", "in which they must come", "assumed", gt=0, le=366)
    priority_repoint: int = limit(70, "", "priority of a repointing", "assumed", ge=0, le=100)
