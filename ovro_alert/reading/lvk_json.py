"""LIGO/Virgo/KAGRA as on GCN Kafka, topic igwn.gwalert: one JSON object of the igwn.alerts schema."""

from __future__ import annotations

from ovro_alert.reading import gcn, lvk_record
from ovro_alert.reading.found import Reading


def read(body: bytes) -> Reading:
    """Read one notice; its sky map is base64."""
    return lvk_record.read(gcn.parse(body), body)
