"""When CHIME and DSA-110 saw one and the same burst."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit

ERRORS = "computed from errors of 13-52 ms (CHIME) and 1.8 ms per unit of DM"


class CodetectionLimits(Form):
    """When a burst of CHIME's and one of DSA-110's are the same."""

    window_s: float = limit(0.25, "s", "largest difference of the times at infinite frequency", ERRORS, gt=0, le=60)
    possible_s: float = limit(10, "s", "a larger one may be a wrong time, up to this", "assumed", gt=0, le=3600)
    possible_s_per_dm: float = limit(
        0.026, "s cm³/pc", "or up to this times DM and 1 s", "computed: 400 MHz taken for another", ge=0, le=1
    )
    dm: float = limit(
        5, "pc/cm³", "largest difference of the DMs, if three sigma are not more", "assumed", gt=0, le=1000
    )
    dm_sigmas: float = limit(3, "sigma", "or so many sigma of both errors together", "usual", gt=0, le=100)
    frequency_s: float = limit(
        0.3, "s", "so near to a dispersion delay it is taken for a wrong frequency", "assumed", gt=0, le=60
    )
    tai_s: float = limit(0.5, "s", "so near to 37 s it is taken for TAI", "assumed", gt=0, le=60)
    dsa_dm_error_pc_cm3: float = limit(
        2, "pc/cm³", "DSA-110's error of a DM, 1 σ, where it gives none", "assumed", gt=0, le=100
    )
    days: float = limit(30, "d", "how old the other burst may be", "assumed", gt=0, le=366)
    in_beam_deg: float = limit(
        1.33, "deg", "DSA-110 should see a burst this near its pointing", "half of its half-power width", gt=0, le=10
    )
    unseen_s: float = limit(900, "s", "after which DSA-110 has not seen it", "assumed", gt=0, le=86400)
    dsa_per_year: float = limit(50, "1/yr", "classified bursts of DSA-110, for the chance", "assumed", ge=0)
    chime_per_year: float = limit(584, "1/yr", "bursts of CHIME's, for the chance", "536 in 341 d (Catalog 1)", ge=0)
