"""Optical transients for SPRITE: `optical-transient/1`. The error of a position is 1 σ along each axis."""

from __future__ import annotations

from ovro_alert.alerts import Alert, statement_of
from ovro_alert.catalogue.repeaters import R95_PER_SIGMA
from ovro_alert.notices import Ignored
from ovro_alert.reading.figures import Asked
from ovro_alert.reading.forms.envelope import OPTICAL, Filled, filled
from ovro_alert.reading.forms.surveys import survey_alert
from ovro_alert.reading.places import place
from ovro_alert.transients import Transient

ARCSEC_A_DEGREE = 3600.0


def read(body: bytes) -> Alert | Ignored:
    """Read one transient; other numbers under the same id are a newer statement on it. Its time is first detection."""
    if (ignored := survey_alert(body)) is not None:
        return ignored
    form = filled(body, OPTICAL)
    given = form.figures.given
    transient = _transient(form)
    error_deg = None if transient.error_arcsec is None else transient.error_arcsec / ARCSEC_A_DEGREE
    where = place(given.get("ra_deg"), given.get("dec_deg"), (None, None), error_deg, R95_PER_SIGMA)
    return Alert(
        stream="optical",
        event=form.event,
        kind="detection",
        role=form.role,
        statement=statement_of(form.event, "detection", form.role, form.content),
        time=form.figures.moment("time"),
        source=form.figures.words("name", 80) or form.name,
        transient=transient,
        remarks=form.figures.remark,
        **where._asdict(),
    )


def _transient(form: Filled) -> Transient:
    figures = form.figures
    return Transient(
        classification=figures.words("class", 80) or "not given",
        class_probability=figures.number(Asked("class_probability")),
        error_arcsec=figures.number(Asked("error_arcsec")),
        mag=figures.number(Asked("mag", -30)),
        filter=figures.words("filter", 40),
        redshift=figures.number(Asked("redshift")),
        survey=figures.words("source", 80),
    )
