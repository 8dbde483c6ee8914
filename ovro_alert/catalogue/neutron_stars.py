"""Neutron stars whose radio bursts GREX sees: what would be taken for something new, and what is waited for.

Positions are ICRS degrees, known to an arcsecond or better; dispersion measures are in pc/cm³.
"""

from __future__ import annotations

from typing import NamedTuple

R95_DEG = 0.001
"""2-D 95 % radius of every position here, degrees: some arcseconds."""


class NeutronStar(NamedTuple):
    """One neutron star: ICRS degrees, DM in pc/cm³, and where these figures are from."""

    name: str
    ra_deg: float
    dec_deg: float
    dm_pc_cm3: float
    reference: str


ATNF = "ATNF Pulsar Catalogue (Manchester et al. 2005, AJ 129, 1993)"

BRIGHT_PULSARS = (
    NeutronStar("Crab pulsar", 83.6332, 22.0145, 56.77, ATNF),
    NeutronStar("PSR B1937+21", 294.9107, 21.5831, 71.0, ATNF),
    NeutronStar("PSR B0950+08", 148.2888, 7.9266, 3.0, ATNF),
    NeutronStar("PSR B0329+54", 53.2474, 54.5788, 26.8, ATNF),
)
"""Pulsars with pulses so bright that an all-sky monitor takes them for bursts."""

WATCHED_MAGNETARS = (
    NeutronStar(
        "SGR 1935+2154",
        293.7317,
        21.8965,
        332.7,
        "Israel et al. 2016, MNRAS 457, 3448; DM: CHIME/FRB Collaboration 2020, Nature 587, 54",
    ),
)
"""Magnetars whose next radio burst shall not be missed. FRB 200428 was one of SGR 1935+2154."""
