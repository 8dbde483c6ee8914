"""What DSA-110's real-time system of 2026 keeps of a trigger, Level3 (dsa110/dsa110-rt, coinc/archive.py).

It is a cluster of candidates, not classified. It has direction cosines and no position; their sign, and the frequency
of its times, its files do not say.
"""

from __future__ import annotations

from collections.abc import Mapping

from ovro_alert.alerts import Alert, Role, statement_of
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.observatory import DSA_REALTIME_SAMPLE_MS, DSA_REFERENCE_MHZ
from ovro_alert.reading.dsa_gcn import injected
from ovro_alert.reading.event_names import name_among
from ovro_alert.reading.figures import Asked, Figures
from ovro_alert.times import of_mjd
from ovro_alert.triggers import Trigger

NUMBERS = {
    "dm_pc_cm3": Asked("dm_median", 0, 20000),
    "dm_gal_pc_cm3": Asked("gal_dm_max_los_pc_cc", 0, 20000),
    "snr": Asked("snr_max", 0, 1e9),
}
NO_POSITION = "no position: direction cosines alone, whose sign is not confirmed"


def read(given: Mapping[str, object], *, test: bool) -> Alert:
    """Read one trigger, already taken apart; `test` where its sender calls it one."""
    name = name_among(given.get("event_name"))
    if name is None:
        message = f"its event_name is {given.get('event_name')!r:.60}, so nobody can say of which event it speaks"
        raise UnreadableNoticeError(message)
    cluster = given["c2"]
    figures = Figures(cluster if isinstance(cluster, Mapping) else {})
    days = figures.number(Asked("t_peak_mjd", 51544, 88069))
    role: Role = injected(name, "real")
    role = "test" if test and role == "real" else role
    samples = figures.number(Asked("width_median", 0, 1e6))
    if days is not None:
        figures.remarks.append("at which frequency its time is meant is not said: taken as the top of the band")
    return Alert(
        stream="dsa",
        event=f"dsa:{name}",
        kind="detection",
        role=role,
        statement=statement_of(f"dsa:{name}", "detection", role, "T2"),
        time=None if days is None else of_mjd(days),
        time_ref_mhz=None if days is None else DSA_REFERENCE_MHZ,
        **figures.numbers(NUMBERS),
        width_ms=None if samples is None else samples * DSA_REALTIME_SAMPLE_MS,
        position_note=NO_POSITION,
        trigger=Trigger(direction_cosines=_cosines(figures)),
        remarks=figures.remark,
    )


def _cosines(figures: Figures) -> tuple[float, float] | None:
    along_l, along_m = (figures.number(Asked(name, -1, 1)) for name in ("l_median", "m_median"))
    return None if along_l is None or along_m is None else (along_l, along_m)
