"""Notices of long ago that the judge reads before the first real one, so that none waits for what is done once."""

from __future__ import annotations

import base64
import json
import logging
import math
import struct
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from ovro_alert.notices import RawNotice
from ovro_alert.relay.journal.looking import Looker, Picture
from ovro_alert.relay.journal.notices import WaitingNotice
from ovro_alert.verdicts import Decision

log = logging.getLogger(__name__)

CHIME = b"""<?xml version="1.0"?>
<voe:VOEvent xmlns:voe="http://www.ivoa.net/xml/VOEvent/v2.0" version="2.0" role="test"
 ivorn="ivo://ca.chimenet.frb/FRB-DETECTION-#2020-01-01-00:00:00.000000UTC+0000_000000000000">
<What><Group name="event parameters"><Param name="event_no" value="0"/><Param name="dm" value="500"/>
<Param name="timestamp_utc" value="2020-01-01 00:00:00.000000+00:00"/></Group></What>
<WhereWhen><ObsDataLocation><ObservationLocation><AstroCoords><Position2D unit="deg">
<Value2><C1>95.9</C1><C2>83.8</C2></Value2><Error2Radius>0.3</Error2Radius></Position2D></AstroCoords>
</ObservationLocation></ObsDataLocation></WhereWhen><Why importance="0.95"/></voe:VOEvent>"""

MAP_HEADER = """XTENSION= 'BINTABLE'
BITPIX  = 8
NAXIS   = 2
NAXIS1  = 16
NAXIS2  = 12
PCOUNT  = 0
GCOUNT  = 1
TFIELDS = 2
TTYPE1  = 'UNIQ'
TFORM1  = 'K'
TTYPE2  = 'PROBDENSITY'
TFORM2  = 'D'
END"""


LONG_AGO = datetime(2020, 1, 1, 0, 0, 10, tzinfo=UTC)
TIMES = 3


class Decide(Protocol):
    """How a judge decides."""

    def __call__(self, picture: Picture, notice: WaitingNotice, now: datetime) -> Decision:
        """Decide on a notice."""


def warm(decide: Decide, looker: Looker, raw: RawNotice) -> None:
    """Go through everything that a first notice of this kind would otherwise wait for; nothing of it is kept."""
    notice = WaitingNotice(0, raw, LONG_AGO, LONG_AGO, history=False)
    for _ in range(TIMES):
        decision = looker.look(partial(decide, notice=notice, now=LONG_AGO))
        log.info("warm: %s", decision.state)


def burst() -> RawNotice:
    """Return a burst of CHIME's, 10 s old."""
    return RawNotice(stream="chime", body=CHIME, content_type="application/xml")


def superevent() -> RawNotice:
    """Return a mock superevent, which may be anywhere in the sky, 10 s old."""
    notice = {
        "alert_type": "PRELIMINARY",
        "time_created": "2020-01-01T00:00:05Z",
        "superevent_id": "TS200101a",
        "event": {
            "time": "2020-01-01T00:00:00Z",
            "far": 1e-12,
            "group": "CBC",
            "classification": {"BNS": 1.0, "Terrestrial": 0.0},
            "properties": {"HasNS": 1.0},
            "skymap": base64.b64encode(_whole_sky()).decode(),
        },
    }
    return RawNotice(stream="lvk", body=json.dumps(notice).encode(), content_type="application/json")


def station_trigger() -> RawNotice:
    """Return a trigger of GREX's with a place, 10 s old: the first of our own forms loads the library of schemas."""
    notice = {
        "schema": "grex-trigger/1",
        "id": "G200101a",
        "role": "test",
        "stations": ["OVRO", "HCRO"],
        "time_utc": "2020-01-01T00:00:00Z",
        "dm": 500.0,
        "snr": 20.0,
        "ra_deg": 95.9,
        "dec_deg": 83.8,
        "error_deg": 0.1,
    }
    return RawNotice(stream="grex", body=json.dumps(notice).encode(), content_type="application/json")


def _whole_sky() -> bytes:
    """Return the coarsest sky map in FITS: twelve pixels of one density."""
    rows = b"".join(struct.pack(">qd", uniq, 1 / (4 * math.pi)) for uniq in range(4, 16))
    primary = "SIMPLE  = T\nBITPIX  = 8\nNAXIS   = 0\nEND"
    return b"".join(_header(cards) for cards in (primary, MAP_HEADER)) + rows.ljust(2880, b"\0")


def _header(cards: str) -> bytes:
    return "".join(card.ljust(80) for card in cards.splitlines()).ljust(2880).encode()
