"""An alert in the form in which CHIME/FRB publishes its VOEvents: for drills, the demo and tests.

The form is the one of the CHIME/FRB VOEvent tutorial (chime-frb-open-data): three groups of Params without data types,
the 95 % error along RA called semi-minor and along Dec semi-major, `utility` for retractions and updates.
"""

from __future__ import annotations

import hashlib

from lxml import etree

from ovro_alert.alerts import BURSTS, Alert, Kind
from ovro_alert.errors import UnprocessableError
from ovro_alert.observatory import CHIME_REFERENCE_MHZ
from ovro_alert.writing.chime_params import Written, groups_of

VOEVENT = "http://www.ivoa.net/xml/VOEvent/v2.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = f"{VOEVENT} http://www.ivoa.net/xml/VOEvent/VOEvent-v2.0.xsd"
FRAME = "UTC-FK5-TOPO"
AUTHORITY = "alert.ovro.invalid"
"""Whose name stands in an IVORN that we make: nobody's, so that no drill is taken for CHIME's."""

RESOURCES: dict[Kind, str] = {
    "detection": "FRB-DETECTION-",
    "subsequent": "FRB-SUBSEQUENT-",
    "retraction": "OBS-RETRACTION-",
    "update": "OBS-UPDATE-",
}
CITES: dict[Kind, str] = {
    "detection": "followup",
    "subsequent": "followup",
    "retraction": "retraction",
    "update": "supersedes",
}


def write(alert: Alert, authority: str = AUTHORITY) -> bytes:
    """Return a VOEvent 2.0 of this alert that is valid by the schema and that our reader reads back as it was.

    An alert without an IVORN gets one under `authority`. A role that VOEvent does not know (drill, injection) is
    written as `test`. What CHIME's form cannot say raises UnprocessableError.
    """
    if alert.time is not None and alert.time_ref_mhz != CHIME_REFERENCE_MHZ:
        message = f"CHIME's form states times at 400 MHz; {alert.statement} has one at {alert.time_ref_mhz} MHz"
        raise UnprocessableError(message)
    root = etree.Element(f"{{{VOEVENT}}}VOEvent", nsmap={"voe": VOEVENT, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", SCHEMA)
    root.set("version", "2.0")
    root.set("role", _role(alert))
    root.set("ivorn", alert.ivorn or ivorn_of(alert, authority))
    _who(root, alert)
    _what(root, alert)
    _where_when(root, alert)
    _why(root, alert)
    _citations(root, alert)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def ivorn_of(alert: Alert, authority: str = AUTHORITY) -> str:
    """Return an IVORN in CHIME's form, the same one for the same statement."""
    stamp = f"{alert.time:%Y-%m-%d-%H:%M:%S.%f}UTC+0000" if alert.time else "UTC"
    tail = hashlib.sha256(f"{alert.statement} {stamp}".encode()).hexdigest()[:12]
    return f"ivo://{authority}/{RESOURCES[alert.kind]}#{stamp}_{tail}"


def _role(alert: Alert) -> str:
    if alert.role != "real":
        return "test"
    return "observation" if alert.kind in BURSTS else "utility"


def _add(parent: etree._Element, tag: str, text: object = None, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag, attributes)
    if text is not None:
        element.text = str(text)
    return element


def _who(root: etree._Element, alert: Alert) -> None:
    who = _add(root, "Who")
    _add(who, "AuthorIVORN", root.get("ivorn", "").partition("#")[0].rpartition("/")[0] + "/contact")
    made = alert.issued or alert.time
    if made is not None:
        _add(who, "Date", f"{made:%Y-%m-%dT%H:%M:%S}+00:00")
    _add(_add(who, "Author"), "shortName", "ovro-alert")


def _what(root: etree._Element, alert: Alert) -> None:
    what = _add(root, "What")
    for name, params in groups_of(alert).items():
        group = _add(what, "Group", name=name)
        for param in params:
            _param(group, param)


def _param(group: etree._Element, param: Written) -> None:
    value = "" if param.value is None else str(param.value)
    _add(group, "Param", ucd=param.ucd, unit=param.unit, value=value, name=param.name)


def _where_when(root: etree._Element, alert: Alert) -> None:
    location = _add(_add(root, "WhereWhen"), "ObsDataLocation")
    _add(location, "ObservatoryLocation", id="CHIME, Dominion Radio Astrophysical Observatory")
    observed = _add(location, "ObservationLocation")
    _add(observed, "AstroCoordSystem", id=FRAME)
    coords = _add(observed, "AstroCoords", coord_system_id=FRAME)
    if alert.time is not None:
        instant = _add(_add(coords, "Time", unit="s"), "TimeInstant")
        _add(instant, "ISOTime", f"{alert.time:%Y-%m-%dT%H:%M:%S.%f}")
    if alert.ra_deg is not None and alert.dec_deg is not None:
        # The schema asks for a radius; one that nobody knows is no number.
        _position(coords, alert.ra_deg, alert.dec_deg, "NaN" if alert.r95_deg is None else alert.r95_deg)
    elif alert.kind not in BURSTS:
        _position(coords, 0, 0, 0)


def _position(coords: etree._Element, ra_deg: float, dec_deg: float, radius_deg: object) -> None:
    position = _add(coords, "Position2D", unit="deg")
    _add(position, "Name1", "RA")
    _add(position, "Name2", "Dec")
    value = _add(position, "Value2")
    _add(value, "C1", ra_deg)
    _add(value, "C2", dec_deg)
    _add(position, "Error2Radius", radius_deg)


def _why(root: etree._Element, alert: Alert) -> None:
    importance = alert.importance if alert.kind in BURSTS else 1
    why = _add(root, "Why", **({} if importance is None else {"importance": str(importance)}))
    if alert.association_probability is not None:
        given = {"probability": str(alert.association_probability), "relation": "Known source association probability"}
    elif alert.kind == "subsequent":
        given = {}
    else:
        given = {"probability": "0", "relation": ""}
    _add(_add(why, "Inference", **given), "Name", alert.source)
    _add(why, "Description", f"{alert.kind}, written by ovro-alert in the form of CHIME/FRB")


def _citations(root: etree._Element, alert: Alert) -> None:
    if alert.kind != "detection" or alert.cites is not None:
        _add(_add(root, "Citations"), "EventIVORN", alert.cites, cite=CITES[alert.kind])
