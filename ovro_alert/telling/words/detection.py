"""What was seen, when, and how it came here."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.alerts import KeptAlert
from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import date, joined, length, number, quantity
from ovro_alert.telling.words.plain import plain


def detection(told: Told) -> str | None:
    """`DM 348.8 ± 0.8, S/N 21.4, importance 0.998, 2026-12-01 05:18:14.5 UTC (400 MHz), here after 13.2 s by comet`."""
    alert = told.alert
    if alert is None:
        return None
    return joined(
        dispersion(alert),
        quantity(alert.snr, ".1f") and f"S/N {alert.snr:.1f}",
        quantity(alert.importance, ".3f") and f"importance {alert.importance:.3f}",
        when_and_how(told, alert),
    )


def when_and_how(told: Told, alert: KeptAlert) -> str | None:
    """Return when it was, how long after that it was here, and by which path."""
    return joined(_when(alert), _lateness(told, alert))


def dispersion(alert: KeptAlert) -> str | None:
    """Return `DM 348.8 ± 0.8`."""
    value = quantity(alert.dm_pc_cm3, ".1f")
    error = quantity(alert.dm_error_pc_cm3, ".1f")
    return value and joined(f"DM {value}", error, by=" ± ")


def _when(alert: KeptAlert) -> str:
    if alert.time is None:
        return f"time unknown ({plain(alert.time_note)})" if alert.time_note else "time unknown"
    reference = f" ({alert.time_ref_mhz:g} MHz)" if number(alert.time_ref_mhz) else ""
    return date(alert.time) + reference


def _lateness(told: Told, alert: KeptAlert) -> str | None:
    arrival = told.notice.arrivals[0] if told.notice is not None and told.notice.arrivals else None
    if arrival is None:
        return None
    path = f" by {plain(arrival.path, 40)}" if arrival.path else ""
    return f"{came(alert.time, arrival.received)}{path}"


def came(time: datetime | None, received: datetime) -> str:
    """Return how long after the event it was here."""
    if time is None:
        return f"here {date(received)}"
    age_s = (received - time).total_seconds()
    return f"here after {length(age_s)}" if age_s >= 0 else f"here {length(-age_s)} before its own time"
