"""Which topics of GCN's Kafka are read on which stream, each with its reason. All have one partition."""

from __future__ import annotations

HEARTBEAT = "gcn.heartbeat"
"""One message in a second, for as long as the brokers live."""

LVK: dict[str, str] = {
    "igwn.gwalert": "LIGO/Virgo/KAGRA: all of their public alerts, JSON, the only way since July 2026"
}

FERMI: dict[str, str] = {
    "gcn.classic.voevent.FERMI_GBM_ALERT": "the earliest word of a burst, without a position",
    "gcn.classic.voevent.FERMI_GBM_FLT_POS": "what the flight software thinks of it: short_grb decides on this",
    "gcn.classic.voevent.FERMI_GBM_GND_POS": "a better position",
    "gcn.classic.voevent.FERMI_GBM_FIN_POS": "long or short, ten minutes later",
    "gcn.classic.voevent.FERMI_GBM_SUBTHRESH": "hours late: for association only",
    "gcn.classic.voevent.FERMI_GBM_POS_TEST": "tests: some in a day, a sign that the way is whole",
    "gcn.classic.voevent.FERMI_LAT_POS_INI": "LAT: a position of degrees, at GeV energies",
    "gcn.classic.voevent.FERMI_LAT_POS_UPD": "LAT: the position again",
    "gcn.classic.voevent.FERMI_LAT_POS_DIAG": "LAT: the position once more",
    "gcn.classic.voevent.FERMI_LAT_GND": "LAT: a position from the ground",
    "gcn.classic.voevent.FERMI_LAT_OFFLINE": "LAT: found later, on the ground",
    "gcn.notices.fermi.gbm.trigger": "the JSON form of GBM's notices; not there yet",
}
SWIFT: dict[str, str] = {
    "gcn.classic.voevent.SWIFT_BAT_QL_POS": "the earliest position, arcminutes",
    "gcn.classic.voevent.SWIFT_BAT_GRB_POS_ACK": "what BAT thinks of it: short_grb decides on this",
    "gcn.classic.voevent.SWIFT_BAT_GRB_POS_TEST": "tests",
    "gcn.notices.swift.bat.guano": "bursts dug out of BAT's data later",
}
OTHERS: dict[str, str] = {
    "gcn.classic.voevent.GECAM_FLT": "GECAM's flight notices",
    "gcn.classic.voevent.GECAM_GND": "GECAM's ground notices",
    "gcn.notices.svom.voevent.grm": "SVOM's gamma-ray monitor, and its retractions",
    "gcn.notices.svom.voevent.eclairs": "SVOM's wide-field telescope, slews, known sources, and its retractions",
    "gcn.notices.svom.voevent.mxt": "SVOM's X-ray positions",
    "gcn.notices.einstein_probe.wxt.alert": "Einstein Probe: X-ray transients",
    "gcn.notices.maxi.gsc.known": "MAXI: known X-ray sources that brighten",
    "gcn.notices.maxi.gsc.unknown": "MAXI: X-ray sources that nobody knew",
    "gcn.notices.chime.frb": "CHIME/FRB: a second path of the VOEvents that come by Comet",
    "gcn.notices.dsa110.frb": "DSA-110: joins the events of stream dsa",
}
GCN: dict[str, str] = FERMI | SWIFT | OTHERS
