"""LIGO/Virgo/KAGRA notices composed for tests: one superevent, changed at will, by each path that it may take."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

import fastavro
import numpy as np
from astropy import units
from astropy.io import fits
from astropy_healpix import healpix_to_lonlat, lonlat_to_healpix

MERGER = datetime(2026, 11, 20, 12, 0, 0, 167000, tzinfo=UTC)
NSBH = {"BNS": 0.31, "NSBH": 0.62, "BBH": 0.0, "Terrestrial": 0.07}
PROPERTIES = {"HasNS": 1.0, "HasRemnant": 0.12, "HasMassGap": 0.98}
COINCIDENCE: dict[str, Any] = {
    "gcn_notice_id": 524666471,
    "ivorn": "ivo://nasa.gsfc.gcn/Fermi#GBM_Fin_Pos2026-11-20T12:00:01.90_524666471_0-389",
    "observatory": "Fermi",
    "search": "GRB",
    "time_difference": 1.74,
    "time_coincidence_far": 2.1e-9,
    "time_sky_position_coincidence_far": 6.4e-11,
    "combined_skymap": None,
}


def lvk_record(
    superevent: str = "S261120a",
    alert_type: str = "PRELIMINARY",
    *,
    time: datetime | None = MERGER,
    issued: datetime | None = None,
    far_hz: float | None = 1.98e-10,
    classification: dict[str, Any] | None = None,
    properties: dict[str, Any] | None = None,
    skymap: Any = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return a record of the igwn schema: by default what deserves a dump, made 28 s after the merger, without a map.

    `changes` replaces keys, of the event where it has them, else of the whole; a retraction has no event.
    """
    issued = issued or (time or MERGER) + timedelta(seconds=28)
    event: dict[str, Any] = {
        "time": time and f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z",
        "far": far_hz,
        "significant": True,
        "instruments": ["L1"],
        "group": "CBC",
        "pipeline": "pycbc",
        "search": "AllSky",
        "classification": NSBH if classification is None else classification,
        "properties": PROPERTIES if properties is None else properties,
        "duration": None,
        "central_frequency": None,
        "skymap": skymap,
    }
    whole: dict[str, Any] = {
        "alert_type": alert_type,
        "time_created": f"{issued:%Y-%m-%dT%H:%M:%SZ}",
        "superevent_id": superevent,
        "urls": {"gracedb": f"https://gracedb.ligo.org/superevents/{superevent}/view/"},
        "event": None if alert_type == "RETRACTION" else event,
        "external_coinc": None,
    }
    for name, value in changes.items():
        (event if name in event else whole)[name] = value
    return whole


def lvk_json(superevent: str = "S261120a", alert_type: str = "PRELIMINARY", **changes: Any) -> bytes:
    """Return the record as GCN Kafka has it; a sky map of bytes becomes base64, of a text stays as it is."""
    return json.dumps(lvk_record(superevent, alert_type, **changes), default=_base64).encode()


def _base64(value: object) -> str:
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


# ── Avro ──


def _maybe(kind: Any) -> list[Any]:
    return ["null", kind]


def _schema(name: str, **fields: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": key, "type": kind} for key, kind in fields.items()]}


NUMBERS = {"type": "map", "values": "double"}
EVENT_SCHEMA = _schema(
    "EventInfo",
    time="string",
    far="double",
    significant="boolean",
    instruments={"type": "array", "items": "string"},
    group="string",
    pipeline="string",
    search="string",
    classification=NUMBERS,
    properties=NUMBERS,
    duration=_maybe("double"),
    central_frequency=_maybe("double"),
    skymap=_maybe("bytes"),
)
COINCIDENCE_SCHEMA = _schema(
    "ExternalCoincInfo",
    gcn_notice_id=["int", "string"],
    ivorn="string",
    observatory="string",
    search="string",
    time_difference="double",
    time_coincidence_far=_maybe("double"),
    time_sky_position_coincidence_far=_maybe("double"),
    combined_skymap=_maybe("bytes"),
)
AVRO_SCHEMA = _schema(
    "Alert",
    alert_type={
        "type": "enum",
        "name": "AlertType",
        "symbols": ["EARLYWARNING", "PRELIMINARY", "INITIAL", "UPDATE", "RETRACTION"],
    },
    time_created="string",
    superevent_id="string",
    event=_maybe(EVENT_SCHEMA),
    external_coinc=_maybe(COINCIDENCE_SCHEMA),
    urls={"type": "map", "values": "string"},
)


def lvk_avro(superevent: str = "S261120a", alert_type: str = "PRELIMINARY", **changes: Any) -> bytes:
    """Return the record as Hopskotch has it: an Avro container of one record, the sky map as bytes."""
    return avro_file(AVRO_SCHEMA, [lvk_record(superevent, alert_type, **changes)])


def avro_file(schema: Any, records: list[Any], codec: str = "null") -> bytes:
    """Return an Avro container of these records."""
    file = io.BytesIO()
    fastavro.writer(file, schema, records, codec=codec)
    return file.getvalue()


# ── VOEvent ──

PACKETS = {"EARLYWARNING": 163, "PRELIMINARY": 150, "INITIAL": 151, "UPDATE": 152, "RETRACTION": 164}
CAMEL = {"EARLYWARNING": "EarlyWarning"}
EXTERNAL = {
    "External_GCN_Notice_Id": "gcn_notice_id",
    "External_Ivorn": "ivorn",
    "External_Observatory": "observatory",
    "External_Search": "search",
    "Time_Difference": "time_difference",
    "Time_Coincidence_FAR": "time_coincidence_far",
    "Time_Sky_Position_Coincidence_FAR": "time_sky_position_coincidence_far",
}


def lvk_voevent(
    superevent: str = "S261120a",
    alert_type: str = "PRELIMINARY",
    *,
    serial: int = 1,
    also: dict[str, object] | None = None,
    **changes: Any,
) -> bytes:
    """Return the record as LVK wrote VOEvents until July 2026; `also` adds or replaces Params, None leaves one out."""
    record = lvk_record(superevent, alert_type, **changes)
    name = CAMEL.get(alert_type, alert_type.capitalize())
    params: dict[str, object] = {
        "Packet_Type": PACKETS.get(alert_type, 150),
        "internal": 0,
        "Pkt_Ser_Num": serial,
        "GraceID": superevent,
        "AlertType": name,
        "HardwareInj": 0,
        "OpenAlert": 1,
        "EventPage": record["urls"]["gracedb"],
    }
    groups = ""
    if event := record["event"]:
        for key, field in (("FAR", "far"), ("Group", "group"), ("Pipeline", "pipeline"), ("Search", "search")):
            params[key] = event[field]
        params |= {"Instruments": ",".join(event["instruments"]), "Significant": int(event["significant"])}
        fits_url = {"skymap_fits": f"https://gracedb.ligo.org/api/superevents/{superevent}/files/x.multiorder.fits,0"}
        groups += _group("GW_SKYMAP", fits_url)
        groups += _group("Classification", event["classification"]) + _group("Properties", event["properties"])
    if external := record["external_coinc"]:
        groups += _group("External Coincidence", {key: external.get(field) for key, field in EXTERNAL.items()})
    retracts = f"ivo://gwnet/LVC#{superevent}-{serial - 1}-Preliminary" if alert_type == "RETRACTION" else ""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<voe:VOEvent xmlns:voe="http://www.ivoa.net/xml/VOEvent/v2.0" version="2.0"
 role="{"observation" if superevent.startswith("S") else "test"}" ivorn="ivo://gwnet/LVC#{superevent}-{serial}-{name}">
<Who><Date>{record["time_created"]}</Date></Who><What>{_params(params | (also or {}))}{groups}</What>
<WhereWhen><ObsDataLocation><ObservatoryLocation id="LIGO Virgo KAGRA"/><ObservationLocation>
<AstroCoordSystem id="UTC-FK5-GEO"/><AstroCoords coord_system_id="UTC-FK5-GEO"><Time unit="s"><TimeInstant>
<ISOTime>{(changes.get("time") or MERGER):%Y-%m-%dT%H:%M:%S.%fZ}</ISOTime></TimeInstant></Time></AstroCoords>
</ObservationLocation></ObsDataLocation></WhereWhen>
<Citations>{f'<EventIVORN cite="retraction">{retracts}</EventIVORN>' if retracts else ""}</Citations>
</voe:VOEvent>""".encode()


def _params(values: dict[str, Any]) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return "".join(f"<Param name={quoteattr(name)} value={quoteattr(str(value))}/>" for name, value in given.items())


def _group(name: str, values: dict[str, Any]) -> str:
    return f'<Group name="{name}" type="{name}">{_params(values)}</Group>'


# ── sky maps ──


def sky_map_fits(
    ra_deg: float = 180.0,
    dec_deg: float = 40.0,
    radius_deg: float = 8.0,
    *,
    total: float = 1.0,
    nan: bool = False,
    distance_mpc: float | None = 197.0,
    unsigned: bool = False,
    order: int = 6,
    header: dict[str, Any] | None = None,
) -> bytes:
    """Return a multi-order map: an even disc around an ICRS position, in pixels of `order`, of 3 far from it."""
    uniq, density = disc(ra_deg, dec_deg, radius_deg, order)
    density *= total
    if nan:
        density[0] = np.nan
    return map_file(
        uniq,
        density,
        {"DISTMEAN": distance_mpc, "DISTSTD": 41.0 if distance_mpc else None} | (header or {}),
        unsigned=unsigned,
    )


def disc(ra_deg: float, dec_deg: float, radius_deg: float, order: int) -> tuple[Any, Any]:
    """Return UNIQ and PROBDENSITY (sr⁻¹) of an even disc; all the sky is in it, and its sum is 1."""
    coarse, per = 3, 4 ** (order - 3)
    parents = np.arange(12 * 4**coarse)
    near = _separation_deg(parents, coarse, ra_deg, dec_deg) < radius_deg + 12
    fine = (parents[near][:, None] * per + np.arange(per)).ravel()
    inside = _separation_deg(fine, order, ra_deg, dec_deg) <= radius_deg
    middle = [ra_deg, dec_deg] * units.deg
    inside |= fine == lonlat_to_healpix(*middle, 2**order, order="nested")
    density = np.where(inside, 1 / (inside.sum() * np.pi / (3 * 4**order)), 0.0)
    uniq = np.concatenate([parents[~near] + 4 * 4**coarse, fine + 4 * 4**order])
    return uniq, np.concatenate([np.zeros((~near).sum()), density])


def map_file(uniq: Any, density: Any, header: dict[str, Any] | None = None, *, unsigned: bool = False) -> bytes:
    """Return a FITS file with these columns and LVK's header."""
    uniq = np.asarray(uniq, np.uint64 if unsigned else np.int64)
    zeros = np.zeros(len(uniq))
    columns = [
        fits.Column("UNIQ", "K", array=uniq, bzero=2**63 if unsigned else None),
        fits.Column("PROBDENSITY", "D", unit="sr-1", array=np.asarray(density)),
        *(fits.Column(name, "D", array=zeros) for name in ("DISTMU", "DISTSIGMA", "DISTNORM")),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    cards = {"PIXTYPE": "HEALPIX", "ORDERING": "NUNIQ", "COORDSYS": "C", "INDXSCHM": "EXPLICIT", "MOCORDER": 6}
    for key, value in (cards | (header or {})).items():
        if value is not None:
            table.header[key] = value
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(file)
    return file.getvalue()


def _separation_deg(pixels: Any, order: int, ra_deg: float, dec_deg: float) -> Any:
    lon, lat = healpix_to_lonlat(pixels, 2**order, order="nested")
    ra, dec = np.radians(ra_deg), np.radians(dec_deg)
    cosine = np.sin(dec) * np.sin(lat.rad) + np.cos(dec) * np.cos(lat.rad) * np.cos(lon.rad - ra)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))
