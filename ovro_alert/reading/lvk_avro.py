"""LIGO/Virgo/KAGRA as on SCiMMA's Hopskotch: an Avro container of one record, with the schema that it was written by.

Whoever sends the bytes chooses the schema, so it is looked at before fastavro follows it: that none is deeper than its
stack, and none makes endless records of no bytes.
"""

from __future__ import annotations

import io
import json
from itertools import islice
from typing import Any

import fastavro

from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.reading import lvk_record
from ovro_alert.reading.avro_schema import least_bytes
from ovro_alert.reading.figures import words
from ovro_alert.reading.found import Reading

MAGIC = b"Obj\x01"
HEADER = fastavro.parse_schema(
    {
        "type": "record",
        "name": "header",
        "fields": [
            {"name": "magic", "type": {"type": "fixed", "name": "magic", "size": 4}},
            {"name": "meta", "type": {"type": "map", "values": "bytes"}},
        ],
    }
)
"""How a container begins, by the Avro specification."""
SCHEMA_LIMIT_BYTES = 64 * 1024
"""Nine times that of igwn.alerts."""


def read(body: bytes) -> Reading:
    """Read one notice; its sky map is bytes."""
    try:
        _check(body)
        records = list(islice(fastavro.reader(io.BytesIO(body)), 2))
    except UnreadableNoticeError:
        raise
    except Exception as error:  # fastavro has any error for bytes that are not Avro
        message = f"Avro that cannot be read: {type(error).__name__} {words(str(error)) or ''}"
        raise UnreadableNoticeError(message) from error
    if len(records) == 1 and isinstance(records[0], list):
        records = records[0]
    if len(records) != 1 or not isinstance(records[0], dict):
        message = f"Avro of {'no' if not records else 'more than one'} record, where a notice is exactly one"
        raise UnreadableNoticeError(message)
    return lvk_record.read(records[0], body)


def _check(body: bytes) -> None:
    """Refuse a container that could be more than it seems."""
    header: Any = fastavro.schemaless_reader(io.BytesIO(body), HEADER, None)
    codec, schema = header["meta"].get("avro.codec", b"null"), header["meta"].get("avro.schema", b"")
    if codec != b"null":
        message = f"compressed Avro ({codec!r:.40}), which LIGO/Virgo/KAGRA do not send"
        raise UnreadableNoticeError(message)
    if len(schema) > SCHEMA_LIMIT_BYTES:
        message = f"Avro with a schema of {len(schema)} bytes"
        raise UnreadableNoticeError(message)
    least_bytes(json.loads(schema))
