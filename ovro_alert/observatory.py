"""Sites, bands and rates, each with its source. Angles in degrees, heights in metres, frequencies in MHz."""

from __future__ import annotations

from typing import NamedTuple


class Site(NamedTuple):
    """A place on Earth: geodetic WGS84, east longitude positive."""

    name: str
    lat_deg: float
    lon_deg: float
    height_m: float


class Band(NamedTuple):
    """Frequencies in MHz, bottom and top."""

    bottom_mhz: float
    top_mhz: float

    @property
    def width_mhz(self) -> float:
        """Width in MHz."""
        return self.top_mhz - self.bottom_mhz


OVRO_LWA = Site("OVRO-LWA", 37.23977727, -118.2816667, 1222.0)
"""ovro-lwa/lwa-antpos, data/system_cfg.yml, LWA-000."""

CHIME = Site("CHIME", 49.3207092, -119.6236774, 555.0)
"""chime-experiment/ch_util, ephemeris."""

DSA_110 = Site("DSA-110", 37.2334051, -118.283, 1188.0)
"""dsa110/dsa110-antpos, antpos/utils.py, centre of the tee."""

K_S_MHZ2 = 1 / 2.41e-4
"""Dispersion constant, s MHz² cm³ pc⁻¹: the one by which CHIME and DSA-110 turn delays into DM, so it undoes them."""

CHIME_REFERENCE_MHZ = 400.0
"""The frequency at which CHIME states its arrival times: the bottom of its band."""
DSA_REFERENCE_MHZ = 1530.0
"""The frequency at which DSA-110 states its arrival times: the top of its band."""
GREX_REFERENCE_MHZ = 1530.0
"""The frequency at which GREX's arrival times are taken: the top of its band (GReX-Telescope, docs/about.md)."""
DSA_SAMPLE_MS = 0.262144
"""The time resolution of DSA-110's search (dsa110/dsa110-event)."""
DSA_REALTIME_SAMPLE_MS = 1.048576
"""The same of its real-time system of 2026 (dsa110/dsa110-rt)."""
DSA_R95_BOTH_ARMS_DEG = 0.023
"""95 % radius of a position that both arms of DSA-110 saw: 0.016° at 90 % (dsa110/dsa110-event, gcn.py)."""
DSA_R95_ONE_ARM_DEG = 1.34
"""The same of one arm, along the other one: half the primary beam."""
DSA_POINTING_LAT_DEG = 37.23
"""By this latitude DSA-110 makes an elevation of a declination of date: 90° − (lat − dec) (dsa110/dsa110-control)."""
DSA_HALF_POWER_DEG = 2.67
"""Full width of DSA-110's primary beam at half power: λ/D at 1428 MHz, 4.5 m (dsa110/dsa110-T2)."""
DSA_TRANSIT_S = 642.0
"""How long a source on the celestial equator is within that width: 10.7 min; elsewhere this over cos δ."""
DSA_SLEW_S_PER_DEG = 1.57
"""How fast a dish of DSA-110 drives (dsa110/dsa110-hwmc, lua-scripts/antenna-control.lua)."""

VOLTAGE_TUNINGS = (Band(43.2, 62.8), Band(63.2, 82.8))
"""OVRO-LWA voltage beam: two tunings, 53 and 73 MHz, 19.6 MHz each (lwa-project/ovro_data_recorder)."""

VOLTAGE_BYTES_PER_S = 79.0e6
"""Two tunings × two polarisations × 19.6 MS/s × 4128/4096 bytes."""

BEAM_WIDTH_AZ_DEG_MHZ = 89.4
BEAM_WIDTH_EL_DEG_MHZ = 84.5
"""Half-power width of a core-weighted beam is these over f in MHz (elevation: also over sin el); computed from the
published antenna positions (ovro-lwa/lwa-antpos)."""

DUMP_FILE_S = 1_000_320 / (196e6 / 8192)
DUMP_FILE_BYTES = 1_000_320 * 67_584
"""A file that an OVRO-LWA buffer dump writes in one pipeline: 41.8 s, 67.6 GB
(realtimeradio/caltech-bifrost-dsp, triggered_dump_block.py)."""

DUMP_PIPELINES = 16
"""Those with a buffer: numbers 2 and 3 on each of eight hosts."""

DUMP_BAND = Band(50.15, 86.90)
"""What those pipelines hold: the upper two of the four 18.4 MHz parts of 13.4-86.9 MHz (ovro-lwa/lwa-observing,
realtimeradio/caltech-bifrost-dsp)."""

VOLTAGE_BEAM = 1
"""The only beam number that the voltage recorder has."""

DSA_VOEVENTS = "ivo://edu.caltech.dsa-110/dsa-110"
"""The IVORN of DSA-110's VOEvents without the burst's own part: its authority as in dsa110/dsa110-event, voevent.py,
which names every burst `#1`. Who keeps events by their IVORN would take all of them for one."""
