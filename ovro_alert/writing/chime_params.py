"""The Params of a VOEvent in CHIME/FRB's form: their groups, names, units and values."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ovro_alert.alerts import BURSTS, Alert


class Written(NamedTuple):
    """One Param: its name, value, unit and UCD."""

    name: str
    value: object
    unit: str = ""
    ucd: str = ""


INSTRUMENT = (
    Written("sampling_time", 0.983, "ms", "time.resolution"),
    Written("bandwidth", 400, "MHz", "instr.bandwidth"),
    Written("centre_frequency", 600, "MHz", "em.freq;instr"),
    Written("npol", 2),
    Written("bits_per_sample", 8),
    Written("tsys", 50, "K", "phot.antennaTemp"),
    Written("backend", None),
)
"""CHIME's search, as its VOEvents state it."""


def groups_of(alert: Alert) -> dict[str, tuple[Written, ...]]:
    """Return the groups of Params; of a retraction or update only what is known."""
    if alert.kind in BURSTS:
        return {
            "observatory parameters": INSTRUMENT,
            "event parameters": _event(alert),
            "advanced parameters": _advanced(alert),
        }
    every = (*_event(alert), *_advanced(alert), Written("update_message", alert.words))
    known = tuple(param for param in every if param.value is not None)
    return {"event parameters": known} if known else {}


def _event(alert: Alert) -> tuple[Written, ...]:
    return (
        Written("event_no", _event_number(alert)),
        Written("known_source_name", alert.source),
        Written("event_type", alert.event_type),
        Written("pipeline_name", "real-time" if alert.kind in BURSTS else None),
        Written("dm", alert.dm_pc_cm3, "pc/cm^3", "phys.dispMeasure"),
        Written("dm_error", alert.dm_error_pc_cm3, "pc/cm^3", "stat.error;phys.dispMeasure"),
        Written("timestamp_utc", _stamp(alert.time)),
        Written("timestamp_utc_error", alert.time_error_s),
        Written("snr", alert.snr, "", "stat.snr"),
        Written("width", alert.width_ms, "ms"),
        Written("pos_error_semiminor_deg_95", alert.ra_error_deg, "degrees"),
        Written("pos_error_semimajor_deg_95", alert.dec_error_deg, "degrees"),
    )


def _advanced(alert: Alert) -> tuple[Written, ...]:
    return (
        Written("dm_gal_ne_2001_max", alert.dm_gal_pc_cm3, "pc/cm^3"),
        Written("timestamp_utc_inf_freq", _stamp(alert.time_inf)),
        Written("timestamp_utc_inf_freq_error", alert.time_inf_error_s),
    )


def _event_number(alert: Alert) -> str | None:
    """Return the event's number, unless the event is named by the end of an IVORN, having no number."""
    name = alert.event.partition(":")[2]
    named_by = alert.ivorn if alert.kind in BURSTS else alert.cites or alert.ivorn
    return None if named_by and named_by[-12:] == name else name


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S.%f}+00:00"
