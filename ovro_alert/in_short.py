"""A merger, a burst, a request or a transient in one line, as lists show it: the console and the page say it alike."""

from __future__ import annotations

from ovro_alert.alerts import Alert
from ovro_alert.co_observing import BeamRequest
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.mergers import Merger
from ovro_alert.times import iso
from ovro_alert.transients import Transient

SPANS_S = (("yr", 365.25 * 86400.0), ("d", 86400.0), ("h", 3600.0), ("min", 60.0))
NEVER_HZ = 1e-300
CLASSES_SHOWN = 4
LEAST_SHOWN = 0.005


def in_short(alert: Alert) -> str | None:
    """Return what is special in an alert: a superevent's classes and false-alarm rate, a burst's instrument …."""
    if alert.merger is not None:
        return _merger(alert.merger)
    if alert.request is not None:
        return _request(alert.request)
    if alert.transient is not None:
        return _transient(alert.transient)
    return None if alert.gamma_rays is None else _gamma_rays(alert.gamma_rays)


def once_per(rate_hz: float) -> str:
    """Return how often that is: `1 per 4.0 yr`."""
    if rate_hz < NEVER_HZ:
        return "never by chance"
    apart_s = 1 / rate_hz
    unit, unit_s = next(((unit, size_s) for unit, size_s in SPANS_S if apart_s >= size_s), ("s", 1.0))
    number = apart_s / unit_s
    if number >= 1e5:
        return f"1 per {number:.1e} {unit}"
    return f"1 per {number:.0f} {unit}" if number >= 9.95 else f"1 per {number:.1f} {unit}"


def _merger(merger: Merger) -> str:
    classes = sorted(merger.classification.items(), key=lambda one: -one[1])[:CLASSES_SHOWN]
    has_ns = merger.properties.get("HasNS")
    found_by = ", ".join((*([merger.pipeline] if merger.pipeline else []), *merger.instruments))
    phrases = (
        ", ".join(f"{name} {share:.2f}" for name, share in classes if share >= LEAST_SHOWN),
        None if has_ns is None else f"HasNS {has_ns:.2f}",
        None if merger.far_hz is None else f"FAR {once_per(merger.far_hz)}",
        found_by,
        "not significant" if merger.significant is False else None,
    )
    return "; ".join(phrase for phrase in phrases if phrase) or merger.alert_type


def _gamma_rays(burst: GammaRays) -> str:
    likely = burst.likely
    if likely is not None and burst.likely_probability is not None:
        likely += f" {burst.likely_probability * 100:.0f} %"
    phrases = (
        f"{burst.instrument} {burst.notice_type}",
        None if burst.timescale_s is None else f"timescale {burst.timescale_s:g} s",
        None if burst.duration_s is None else f"duration {burst.duration_s:g} s",
        burst.length,
        likely,
        "says itself that it is no GRB" if burst.not_a_grb else None,
    )
    return "; ".join(phrase for phrase in phrases if phrase)


def _request(request: BeamRequest) -> str:
    if request.cancel:
        return "cancelled by whoever asked for it"
    phrases = (
        f"{request.mode} beam",
        None if request.start is None else f"from {iso(request.start)}",
        None if request.duration_s is None else f"{request.duration_s:.0f} s",
    )
    return "; ".join(phrase for phrase in phrases if phrase)


def _transient(transient: Transient) -> str:
    sure = transient.class_probability
    phrases = (
        transient.classification + ("" if sure is None else f" {sure * 100:.0f} %"),
        None if transient.mag is None else f"{transient.mag:.1f} mag",
        None if transient.redshift is None else f"z {transient.redshift:.3f}",
        transient.survey,
    )
    return "; ".join(phrase for phrase in phrases if phrase)
