"""Notices of GCN composed for tests: one burst as each telescope would tell of it, with anything in it changed.

Every function takes `time` (a datetime, or a text to be written as it is), `made` (when the notice was; 20 s after the
burst unless given), and Params or keys by name, which replace or add; None leaves one out.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Time = datetime | str | None
Params = dict[tuple[str, str], Any]

FERMI = {"ALERT": 110, "FLT_POS": 111, "GND_POS": 112, "FIN_POS": 115, "SUBTHRESH": 131, "FIN_POS_INT": 146}
FERMI |= {"LAT_POS_INI": 120, "LAT_POS_UPD": 121, "LAT_POS_DIAG": 122, "LAT_OFFLINE": 128, "TEST_POS": 119}
FERMI_NAMES = {
    "ALERT": "GBM_Alert_",
    "FLT_POS": "GBM_Flt_Pos_",
    "GND_POS": "GBM_Gnd_Pos_",
    "FIN_POS": "GBM_Fin_Pos",
    "SUBTHRESH": "GBM_SubThresh_",
    "FIN_POS_INT": "GBM_Fin_Pos_Int_",
    "TEST_POS": "GBM_Test_Pos_",
    "LAT_POS_INI": "LAT_Initial_Pos_",
    "LAT_POS_UPD": "LAT_Updated_Pos_",
    "LAT_POS_DIAG": "LAT_Final_Pos_",
    "LAT_OFFLINE": "LAT_Offline_Pos_",
}
SWIFT = {"BAT_GRB_Pos": 61, "BAT_QuickLook_Pos": 97, "BAT_GRB_Test_Pos": 82, "BAT_SubSubThresh_Pos_": 140}
SWIFT |= {"BAT_Known_Pos_": 141, "XRT_Pos": 67, "Point_Dir_": 83}
SVOM = {201: "grm-trigger", 202: "eclairs-wakeup", 203: "eclairs-catalog", 204: "slewing", 205: "not-slewing"}
SVOM |= {209: "mxt-initial_qf1", 210: "mxt-update_qf2", 211: "vt-candidate", 219: "retraction"}
SVOM_INSTRUMENTS = {201: "GRM", 209: "MXT", 210: "MXT", 211: "VT"}


def voevent(
    ivorn: str,
    params: Params,
    *,
    time: Time,
    place: tuple[Any, Any, Any] | None,
    made: Time = None,
    role: str | None = "observation",
    frame: str = "UTC-FK5-GEO",
    cites: tuple[tuple[str, str], ...] = (),
    why: str | None = None,
) -> bytes:
    """Return a VOEvent of these Params, by Group and name; `place` is RA, Dec and error radius, degrees."""
    where = ""
    if place is not None:
        ra, dec, error = place
        radius = "" if error is None else f"<Error2Radius>{error}</Error2Radius>"
        where = f'<Position2D unit="deg"><Value2><C1>{ra}</C1><C2>{dec}</C2></Value2>{radius}</Position2D>'
    cited = "".join(f'<EventIVORN cite="{how}">{escape(what)}</EventIVORN>' for how, what in cites)
    cited += f"<Description>{escape(why)}</Description>" if why else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<voe:VOEvent xmlns:voe="http://www.ivoa.net/xml/VOEvent/v2.0" version="2.0" ivorn={quoteattr(ivorn)}'
        f"{'' if role is None else f' role={quoteattr(role)}'}>"
        f"<Who><Date>{_written(made or _later(time))}</Date></Who><What>{_what(params)}</What>"
        f"<WhereWhen><ObsDataLocation><ObservationLocation><AstroCoordSystem id={quoteattr(frame)}/>"
        f"<AstroCoords coord_system_id={quoteattr(frame)}>"
        f"<Time><TimeInstant><ISOTime>{_written(time)}</ISOTime></TimeInstant></Time>{where}"
        "</AstroCoords></ObservationLocation></ObsDataLocation></WhereWhen>"
        f"{f'<Citations>{cited}</Citations>' if cited else ''}<Description>\n  </Description></voe:VOEvent>"
    ).encode()


def fermi_voevent(
    packet: str = "FLT_POS",
    *,
    time: Time,
    trigger: str | int = 711347407,
    ra: Any = 330.0,
    dec: Any = 45.0,
    error: Any = 5.0,
    timescale: Any = 0.064,
    index: Any = 4,
    prob: Any = 95,
    serial: Any = 1,
    length: str | None = None,
    role: str | None = "observation",
    made: Time = None,
    **params: Any,
) -> bytes:
    """Return a notice of Fermi; an ALERT has no position but zeros. `length` is Long_short: Short, Long, unknown."""
    given: Params = {("", "Packet_Type"): FERMI[packet], ("", "Pkt_Ser_Num"): serial, ("", "TrigID"): trigger}
    given["", "Sequence_Num"] = {"ALERT": 1, "FLT_POS": 44, "GND_POS": 57}.get(packet, 0)
    flags = {"Def_NOT_a_GRB": "false", "Target_in_Blk_Catalog": "false", "Test_Submission": "false"}
    if packet == "ALERT":
        ra, dec, error, flags = 0.0, 0.0, 0.0, {}
        given |= {("", "Trig_Signif"): 5.1, ("", "Trig_Dur"): timescale, ("Misc_Flags", "Near_Bright_Star"): "false"}
    elif packet == "FLT_POS":
        given |= {("", "Trig_Timescale"): timescale, ("", "Data_Timescale"): timescale, ("", "Data_Signif"): 27.7}
        given |= {("", "Most_Likely_Index"): index, ("", "Most_Likely_Prob"): prob}
        given["Misc_Flags", "Delayed_Transmission"] = "true"
    elif packet.startswith("LAT"):
        given |= {("", "Integ_Time"): timescale, ("", "Record_Num"): 0, ("", "Sequence_Num"): None}
    else:
        given |= {("", "Data_Integ"): timescale, ("", "Burst_Signif"): 15.6, ("", "Lo_Energy"): 44032}
        flags["Long_short"] = length or "unknown"
    given["", "Trigger_ID"] = "0x00000000"
    given |= {("Trigger_ID", name): value for name, value in flags.items()}
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-4] if isinstance(time, datetime) else time
    ivorn = f"ivo://nasa.gsfc.gcn/Fermi#{FERMI_NAMES[packet]}{stamp}_{trigger}_{serial}-450"
    return voevent(ivorn, _changed(given, params), time=time, place=(ra, dec, error), made=made, role=role)


def swift_voevent(
    packet: str = "BAT_GRB_Pos",
    *,
    time: Time,
    trigger: str | int = 1197027,
    ra: Any = 332.4095,
    dec: Any = 13.5136,
    error: Any = 0.05,
    timescale: Any = 0.128,
    trigger_type: str = "rate",
    serial: Any = 3,
    role: str | None = "observation",
    made: Time = None,
    **params: Any,
) -> bytes:
    """Return a notice of Swift BAT, by default a clean rate trigger; its flags are Params like all others."""
    given: Params = {("", "Packet_Type"): SWIFT[packet], ("", "Pkt_Ser_Num"): serial, ("", "TrigID"): trigger}
    given |= {("", "Segment_Num"): 0, ("", "Integ_Time"): timescale, ("", "Rate_Signif"): 255.99}
    given["", "Image_Signif"] = 24.19
    flags = dict.fromkeys(("Def_NOT_a_GRB", "StarTrack_Lost_Lock", "Near_Bright_Star", "Test_Submission"), "false")
    flags |= {f"Target_in_{which}_Catalog": "false" for which in ("Flt", "Gnd", "Blk")} | {"GRB_Identified": "true"}
    flags |= {"Target_Rate_Trig": _flag(trigger_type == "rate"), "Target_Imag_Trig": _flag(trigger_type == "image")}
    given |= {("Solution_Status", name): value for name, value in flags.items()}
    given["Misc_Flags", "Near_Bright_Star"] = "false"
    ivorn = f"ivo://nasa.gsfc.gcn/SWIFT#{packet}_{trigger}-566"
    return voevent(ivorn, _changed(given, params), time=time, place=(ra, dec, error), made=made, role=role)


def svom_voevent(
    packet: int = 201,
    *,
    time: Time,
    burst: str = "sb26021102",
    ra: Any = 233.1,
    dec: Any = 41.2,
    error: Any = 0.1,
    timescale: Any = 0.1,
    snr: Any = 9.2,
    trigger_type: str | None = None,
    placed: bool = True,
    serial: Any = 1,
    role: str | None = "observation",
    made: Time = None,
    **params: Any,
) -> bytes:
    """Return a notice of SVOM by packet type, 219 being the retraction; most of GRM (201) come with `placed=False`."""
    instrument = SVOM_INSTRUMENTS.get(packet, "ECLAIRs")
    given: Params = {("", "Packet_Type"): packet, ("", "Pkt_Ser_Num"): serial, ("", "Instrument"): instrument}
    given |= {("Svom_Identifiers", "Notice_Level"): "N1g", ("Svom_Identifiers", "Burst_Id"): burst}
    given |= {("Detection_Info", "SNR"): snr, ("Detection_Info", "Timescale"): timescale}
    given["Detection_Info", "Trigger_Type"] = trigger_type or ("CRT" if instrument == "ECLAIRs" else None)
    named = [f"ivo://org.svom/fsc#{burst}_{name}" for name in (SVOM[packet], "grm-trigger", "eclairs-preliminary")]
    return voevent(
        named[0],
        _changed(given, params),
        time=time,
        place=(ra, dec, error) if placed else None,
        made=made,
        role=role,
        frame="UTC-ICRS-GEO",
        cites=tuple(("retraction", cited) for cited in named[1:]) if packet == 219 else (),
        why="Determined to not be a viable GRB candidate" if packet == 219 else None,
    )


def gecam_voevent(
    packet: str = "FLT",
    *,
    time: Time,
    trigger: Any = 61,
    ra: Any = 114.19,
    dec: Any = 60.96,
    error: Any = 4.0,
    duration: Any = 1.0,
    source_class: Any = "GRB",
    serial: Any = 8,
    role: str | None = "observation",
    made: Time = None,
    **params: Any,
) -> bytes:
    """Return a notice of GECAM, FLT or GND; a trigger number of 1e8 and more is a test's."""
    given: Params = {("", "Packet_Type"): {"FLT": 188, "GND": 189}[packet], ("", "Pkt_Ser_Num"): serial}
    given |= {("", "Trigger_Number"): trigger, ("", "SRC_CLASS"): source_class, ("", "BURST_DUR"): duration}
    if packet == "FLT":
        given |= {("", "TRIGGER_SIGNIF"): " 5.00", ("", "TRIGGER_DUR"): "4.000"}
    ivorn = f"ivo://nasa.gsfc.gcn/GECAM#{packet}_Event_2022-10-01T1532:07:24.80_{serial}-700"
    return voevent(ivorn, _changed(given, params), time=time, place=(ra, dec, error), made=made, role=role)


def einstein_probe_json(*, time: Time, **keys: Any) -> bytes:
    """Return an alert of Einstein Probe WXT, which says neither its mission nor when it was made."""
    notice = {"instrument": "WXT", "trigger_time": _written(time, "Z"), "id": ["01709260122"], "ra": 238.247}
    notice |= {
        "dec": 44.964,
        "ra_dec_error": 0.051,
        "image_energy_range": [0.5, 4.0],
        "net_count_rate": 0.63,
        "image_snr": 9.6,
    }
    return core_json("einstein_probe/wxt/alert", notice | keys)


def guano_json(*, time: Time, alert_type: str = "initial", made: Time = None, **keys: Any) -> bytes:
    """Return a notice of Swift BAT-GUANO: initial without a position, update with one, retraction."""
    notice = _core("Swift", "BAT-GUANO", alert_type, time, made) | {"id": ["694215995"], "follow_up_type": "GRB"}
    if alert_type != "retraction":
        notice |= {"rate_snr": 15.8, "rate_duration": 0.256, "classification": {"GRB": 1}, "far": 1e-5}
    if alert_type == "update":
        notice |= {"ra": 336.26, "dec": 25.139, "ra_dec_error": 0.5, "containment_probability": 0.9}
    record = {"initial": 1, "update": 3, "retraction": 4}.get(alert_type, 2)
    return core_json("swift/bat/Guano", {"record_number": record} | notice | keys)


def gbm_json(*, time: Time, subtype: str = "FLIGHT_POSITION", made: Time = None, **keys: Any) -> bytes:
    """Return a notice of Fermi GBM in the JSON form, times without Z as there; errors are 68 %."""
    first = subtype == "INITIAL_ALERT"
    notice = _core("Fermi", "GBM", "initial" if first else "update", time, made, zone="")
    notice |= {"subtype": subtype, "id": ["711347407", "bn230718188"], "record_number": 1 if first else 2}
    notice |= {"rate_snr": 27.7, "rate_duration": 0.064, "trigger_type": "rate"}
    if not first:
        notice |= {"ra": 330.0, "dec": 45.0, "ra_dec_error": 5.0, "containment_probability": 0.68}
        notice |= {"classification": {"GRB": 0.95, "GENERIC_SGR": 0.05}}
    return core_json("fermi/gbm/trigger", notice | keys)


def maxi_json(*, time: Time, known: bool = False, alert_type: str = "initial", made: Time = None, **keys: Any) -> bytes:
    """Return a notice of MAXI GSC on a known or an unknown source."""
    notice = _core("MAXI", "GSC", alert_type, time, made) | {"id": "9995289617", "record_number": 1}
    if alert_type != "retraction":
        notice |= {"ra": 346.56, "dec": 18.61, "ra_dec_error": [0.22, 0.19, 153], "containment_probability": 0.9}
        notice |= {"detection_timescale": 10, "detection_timescale_units": "s", "event_name": "GRB 230220A"}
    return core_json(f"maxi/gsc.{'known' if known else 'unknown'}", notice | keys)


def dsa_gcn(*, time: Time, alert_type: str = "initial", **keys: Any) -> bytes:
    """Return a notice of DSA-110 on a fast radio burst, timed at 1530 MHz."""
    notice: dict[str, Any] = {"alert_type": alert_type, "trigger_time": _written(time, "Z"), "id": "240918aaaa"}
    if alert_type in ("initial", "subsequent"):
        notice |= {"snr": 12.7, "dm": 279.4226, "event_duration": 1, "ra": 346.7785, "dec": 12.6325}
        notice |= {"ra_dec_error": [0.016, 0.02], "importance": 0.987}
    return core_json("dsa110/frb", notice | keys)


def core_json(schema: str, notice: dict[str, Any]) -> bytes:
    """Return JSON by a schema of GCN, without the keys that are None."""
    named = {"$schema": f"https://gcn.nasa.gov/schema/v7.2.1/gcn/notices/{schema}.schema.json"} | notice
    return json.dumps({key: value for key, value in named.items() if value is not None}).encode()


def _core(mission: str, instrument: str, kind: str, time: Time, made: Time, zone: str = "Z") -> dict[str, Any]:
    when = {"alert_datetime": _written(made or _later(time), zone), "trigger_time": _written(time, zone)}
    return {"mission": mission, "instrument": instrument, "alert_tense": "current", "alert_type": kind} | when


def _written(time: Time, zone: str = "") -> str | None:
    return f"{time:%Y-%m-%dT%H:%M:%S.%f}{zone}" if isinstance(time, datetime) else time


def _later(time: Time) -> Time:
    return time + timedelta(seconds=20) if isinstance(time, datetime) else "2026-12-01T05:00:00"


def _flag(value: bool) -> str:
    return str(value).lower()


def _changed(given: Params, params: dict[str, Any]) -> Params:
    """Replace Params by name wherever they stand; a new one goes into no Group."""
    for name, value in params.items():
        found = [key for key in given if key[1] == name] or [("", name)]
        given |= dict.fromkeys(found, value)
    return given


def _what(params: Params) -> str:
    groups: dict[str, list[str]] = {}
    for (group, name), value in params.items():
        if value is not None:
            groups.setdefault(group, []).append(f"<Param name={quoteattr(name)} value={quoteattr(str(value))}/>")
    return "".join(
        f"<Group name={quoteattr(group)}>{''.join(inside)}</Group>" if group else "".join(inside)
        for group, inside in groups.items()
    )
