"""DSA-110's own words on a trigger, in whatever form: T2's, not classified, and T3's, which is the same as on GCN.

`mjds` is UTC at 1530 MHz, the top of the band; errors of the position are arcseconds and hold 90 %, as in what DSA-110
makes of them for GCN. Its keys that are not named here stay in the notice.
"""

from __future__ import annotations

from datetime import datetime

from ovro_alert.alerts import Alert, Role, statement_of
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.observatory import DSA_R95_BOTH_ARMS_DEG, DSA_R95_ONE_ARM_DEG, DSA_REFERENCE_MHZ
from ovro_alert.reading import dsa_level3
from ovro_alert.reading.dsa_forms import Form, form_of
from ovro_alert.reading.dsa_gcn import injected
from ovro_alert.reading.event_names import name_among
from ovro_alert.reading.figures import Asked, Figures, number
from ovro_alert.reading.gcn import parse
from ovro_alert.reading.places import Place, place, scale_to_95
from ovro_alert.times import of_mjd
from ovro_alert.triggers import EAST_WEST_BEAMS, SearchBeam, Trigger

BEAMS = 2 * EAST_WEST_BEAMS
LISTED = 10
"""Search beams that a trigger names, with their S/N."""
MOST = 1_000_000
"""No cluster, and no boxcar, is larger."""
CONTAINMENT = 0.9
ARCSEC_PER_DEG = 3600.0
MJD = Asked("mjds", 51544, 88069)
"""From 2000 to 2100."""
NUMBERS = {
    "dm_pc_cm3": Asked("dm", 0, 20000),
    "dm_error_pc_cm3": Asked("dmerr", 0, 20000),
    "snr": Asked("snr", 0, 1e9),
}


def read(body: bytes) -> Alert | Ignored:
    """Read one notice of DSA-110."""
    form = form_of(parse(body))
    if isinstance(form, Ignored):
        return form
    return dsa_level3.read(form.given, test=form.test) if form.how == "level3" else _event(form)


def _event(form: Form) -> Alert:
    figures = Figures(form.given)
    name = _name(form, figures)
    trigger = _trigger(figures)
    role = _role(form, name, trigger)
    time, time_note = _time(figures)
    event = f"dsa:{name}"
    return Alert(
        stream="dsa",
        event=event,
        kind="detection",
        role=role,
        statement=statement_of(event, "detection", role, "T2" if trigger.stage == "T2" else None),
        time=time,
        time_ref_mhz=DSA_REFERENCE_MHZ if time else None,
        time_note=time_note,
        **figures.numbers(NUMBERS),
        **_place(form, trigger)._asdict(),
        width_ms=trigger.width_ms,
        importance=trigger.probability if trigger.stage == "T3" else None,
        trigger=trigger,
        remarks=figures.remark,
    )


def _name(form: Form, figures: Figures) -> str:
    own, outer = name_among(form.given.get("trigname")), name_among(form.name)
    if own and outer and own != outer:
        figures.remarks.append(f"it lies under another name, {outer}")
    name = own or outer
    if name is None:
        message = f"its trigname is {form.given.get('trigname')!r:.60}, so nobody can say of which event it speaks"
        raise UnreadableNoticeError(message)
    return name


def _role(form: Form, name: str, trigger: Trigger) -> Role:
    """Return the role; T3 sets what was injected as a test, and an injection it remains."""
    named = injected(f"{name} {form.name or ''}", "real") == "injection"
    if named or trigger.injected or trigger.label == "injection":
        return "injection"
    return "test" if form.test else "real"


def _time(figures: Figures) -> tuple[datetime | None, str | None]:
    before = len(figures.remarks)
    days = figures.number(MJD)
    if days is not None:
        return of_mjd(days), None
    return None, f"no time: {figures.remarks.pop()}" if len(figures.remarks) > before else None


def _trigger(figures: Figures) -> Trigger:
    label = figures.words("label", 40)
    listed = ((figures.whole(f"beams{place}", BEAMS - 1), _snr(figures, place)) for place in range(LISTED))
    return Trigger(
        ibox=figures.whole("ibox", MOST),
        ibeam=figures.whole("ibeam", BEAMS - 1),
        beams=tuple(SearchBeam(beam, snr) for beam, snr in listed if beam is not None and snr),
        cntb=figures.whole("cntb", MOST),
        cntc=figures.whole("cntc", MOST),
        probability=figures.number(Asked("probability", 0, 1)),
        label=label and label.lower(),
        injected=figures.flag("injected"),
        real=figures.flag("real"),
    )


def _snr(figures: Figures, listed: int) -> float | None:
    return figures.number(Asked(f"snrs{listed}", 0, 1e9))


def _place(form: Form, trigger: Trigger) -> Place:
    """Return where it was: the arms that saw it say how well; where it names no search beams, its own error does."""
    axes = [_degrees(form.given.get(name)) for name in ("raerr", "decerr")]
    radius = _degrees(form.given.get("radecerr"))
    found = place(form.given.get("ra"), form.given.get("dec"), axes, radius, scale_to_95(CONTAINMENT))
    if found.ra_deg is None or (trigger.both_arms is None and found.r95_deg is not None):
        return found
    if trigger.both_arms:
        along_ra = along_dec = DSA_R95_BOTH_ARMS_DEG
    else:
        east_west = trigger.beams and trigger.beams[0].number < EAST_WEST_BEAMS
        north_south = trigger.beams and not east_west
        along_ra = DSA_R95_BOTH_ARMS_DEG if east_west else DSA_R95_ONE_ARM_DEG
        along_dec = DSA_R95_BOTH_ARMS_DEG if north_south else DSA_R95_ONE_ARM_DEG
    note = None if trigger.beams else "which search beams saw it is not said: its error is taken as that of one arm"
    return Place(found.ra_deg, found.dec_deg, along_ra, along_dec, max(along_ra, along_dec), note)


def _degrees(arcsec: object) -> object:
    """Return arcseconds as degrees; what is no number is left for others to refuse."""
    try:
        figure = number(arcsec)
    except ValueError:
        return arcsec
    return None if figure is None else figure / ARCSEC_PER_DEG
