"""One event told by several paths at the same moment: each path is an arrival, and there is one command."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from ovro_alert.times import seconds
from tests.clocks import NOON
from tests.dsa_notices import dsa_t2, dsa_t3
from tests.lvk_notices import lvk_avro, lvk_json, lvk_voevent
from tests.notices import chime_gcn, chime_voevent

FIRST = NOON - seconds(13)
PLACE = {"ra": 95.9, "dec": 83.8}
NEW = {"source": "60792403", "dec_deg": 43.0, "event": "chime:300000077"}
MERGER = {"time": FIRST, "issued": NOON}

TOLD = {
    "a repeater": (
        {("chime_repeater", "beam"): 1},
        ("chime", lambda: chime_voevent(time=FIRST)),
        ("gcn", lambda: chime_gcn(time=FIRST)),
    ),
    "a new repeater": (
        {("chime_repeater", "beam"): 1, ("chime_new_repeater", "repoint"): 1},
        ("chime", lambda: chime_voevent(time=FIRST, **NEW)),
        ("gcn", lambda: chime_gcn(time=FIRST, **NEW)),
    ),
    "a discovery": (
        {("dsa_beam", "beam"): 1},
        ("dsa", lambda: dsa_t2(time=FIRST, **PLACE)),
        ("dsa", lambda: dsa_t3(time=FIRST, **PLACE)),
    ),
    "a merger": (
        {("lvk_dump", "dump"): 1},
        ("lvk", lambda: lvk_json(**MERGER)),
        ("lvk", lambda: lvk_avro(**MERGER)),
        ("lvk", lambda: lvk_voevent(**MERGER)),
    ),
}


@pytest.mark.parametrize("told", TOLD)
def test_an_event_told_twice_at_one_moment_has_one_command(relay, told):
    """Whichever of them the judge takes first: the others find its command, also when all are kept before any is."""
    wanted, *ways = TOLD[told]
    start = threading.Barrier(len(ways))
    ids: list[int] = []

    def push(stream, body):
        start.wait()
        ids.append(relay.push(body, stream, path=f"path-{len(body)}").json()["id"])

    threads = [threading.Thread(target=push, args=(stream, write())) for stream, write in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in ids:
        assert relay.settled(number)["state"] == "read"
    made = [one for telescope in ("lwa", "dsa") for one in relay.http.get(f"/{telescope}/commands").json()]
    assert Counter((one["scenario"], one["action"]) for one in made) == wanted
    assert {one["turn"] for one in made} == {1}
