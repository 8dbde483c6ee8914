"""Requests of Flarescope and CHIMERA for a beam in the future: `flarescope-request/1`.

A request has no event time: when it shall begin is the request's own, and no age is reckoned from it.
"""

from __future__ import annotations

from ovro_alert.alerts import Alert, statement_of
from ovro_alert.co_observing import BeamRequest
from ovro_alert.reading.figures import Asked
from ovro_alert.reading.forms.envelope import FLARESCOPE, Filled, filled
from ovro_alert.reading.places import place


def read(body: bytes) -> Alert:
    """Read one request; other numbers under the same request_id are a newer statement on it."""
    form = filled(body, FLARESCOPE)
    given = form.figures.given
    where = place(given.get("ra_deg"), given.get("dec_deg"), (None, None))
    request = _request(form)
    return Alert(
        stream="flarescope",
        event=form.event,
        kind="request",
        role=form.role,
        statement=statement_of(form.event, "request", form.role, form.content),
        source=request.target,
        issued=form.figures.moment("sent"),
        request=request,
        remarks=form.figures.remark,
        **where._asdict(),
    )


def _request(form: Filled) -> BeamRequest:
    figures = form.figures
    return BeamRequest(
        target=figures.words("target") or form.name,
        start=figures.moment("start"),
        duration_s=figures.number(Asked("duration_s")),
        mode="voltage" if figures.given.get("mode") == "voltage" else "power",
        integration_ms=figures.number(Asked("integration_ms")),
        requested_by=figures.words("requested_by"),
        cancel=figures.given.get("cancel") is True,
    )
