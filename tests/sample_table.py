"""What must come of each real notice: a pattern of files, the stream that it comes on, what the relay makes of it."""

from __future__ import annotations

from typing import Any, NamedTuple


class Row(NamedTuple):
    """What is expected of every file that a pattern matches.

    `answers` is one word for each scenario that does something about it, `nothing` if none of those that judge it
    does; `level` the loudest message about it (None: nobody is told, not even the page); `says` a piece of what the
    summary or a gate says; `fails` a gate that must; `args` and `deadline_s` (after the event) of the first command.
    `last` puts it after other notices of that moment.
    """

    pattern: str
    stream: str
    state: str = "read"
    answers: tuple[str, ...] = ()
    level: str | None = None
    role: str | None = "real"
    commands: tuple[str, ...] = ()
    says: str = ""
    fails: str = ""
    args: dict[str, Any] = {}
    deadline_s: float | None = None
    last: int = 0


NOTHING, MESSAGE, COMMAND = ("nothing",), ("message",), ("command",)
MESSAGES = ("message", "message", "message")

CHIME = [
    Row("chime/chime_detection_2022-03-20_*", "chime", answers=NOTHING, level="quiet", fails="C5 repeater"),
    Row("chime/chime_detection_2021-08-19_*", "chime", answers=NOTHING, level="quiet", fails="B1 position"),
    Row(
        "chime/chime_subsequent_2021-08-22_*",
        "chime",
        answers=("message", "message"),
        level="normal",
        fails="B1 position",
    ),
    Row("chime/chime_retraction_2021-09-07_*", "chime", answers=NOTHING, level="quiet", says="remembered"),
    Row("chime/other/comet31_broker_test_event.xml", "chime", "ignored", role=None),
    Row("chime/gcn_json/chime_frb.detection.*", "gcn", answers=NOTHING, level="quiet", fails="C5 repeater"),
    Row(
        "chime/gcn_json/chime_frb.subsequent.*",
        "gcn",
        answers=("command", "proposal"),
        level="loud",
        commands=("beam", "repoint"),
        says="transit 2024-09-19T07:06:45.9",
        args={"duration_s": 548.7},
        deadline_s=387.5,
    ),
    # DSA-110's example has the clock time of CHIME's, taken at another frequency: Δt −6.75 s
    Row(
        "chime/gcn_json/dsa110_frb.detection.*",
        "gcn",
        answers=MESSAGES,
        level="normal",
        fails="B6 covered",
        says="400 MHz",
        last=1,
    ),
    Row("chime/gcn_json/chime_frb.update.*", "gcn", answers=("message", "message"), level="normal", last=2),
    Row("chime/gcn_json/chime_frb.retraction.*", "gcn", answers=MESSAGE, level="normal", last=2),
    # as the detection, of which people have heard; the pair ended with CHIME's retraction
    Row("chime/gcn_json/dsa110_frb.subsequent.*", "gcn", answers=MESSAGE, level=None, last=3),
    Row("chime/gcn_json/dsa110_frb.update.*", "gcn", answers=("message", "message"), level="normal", last=4),
    Row("chime/gcn_json/dsa110_frb.*", "gcn", answers=MESSAGE, level="normal", last=4),
    # (0, 0) is no position; in the middle of both arms, its search beams and the pointing are one
    Row("chime/dsa110/t2trigger.json", "dsa", answers=NOTHING, level="quiet", fails="D3 dm"),
    Row("chime/other/casm_t3_trigger_card_*", "dsa", "ignored", role=None),
]

MERGERS = [
    Row(
        "lvk/voevent/S230529ay/*-1-*",
        "lvk",
        answers=COMMAND,
        level="loud",
        commands=("dump",),
        args={"duration_s": 861.9},
        deadline_s=314.9,
        says="21 files",
    ),
    Row("lvk/voevent/S230529ay/*-[2345]-*", "lvk", answers=MESSAGE, level="normal"),
    Row("lvk/voevent/S190425z/*-1-*", "lvk", answers=MESSAGE, level="loud", fails="L6 time"),
    Row("lvk/voevent/S190425z/*-2-*", "lvk", answers=MESSAGE, level="normal", fails="L6 time"),
    Row("lvk/voevent/S230715bw/*-1-*", "lvk", answers=COMMAND, level="loud", commands=("dump",)),
    Row("lvk/voevent/S230715bw/*-2-*", "lvk", answers=MESSAGE, level="normal"),
    Row("lvk/voevent/S230715bw/*-3-*", "lvk", answers=MESSAGE, level="normal"),
    Row("lvk/voevent/S231030av/*-1-*", "lvk", answers=MESSAGE, level="quiet", fails="L2 kind"),
    Row("lvk/voevent/S231030av/*-2-*", "lvk", answers=MESSAGE, level="quiet"),
    Row("lvk/voevent/S200114f/*", "lvk", answers=NOTHING, level="quiet", fails="L4 group"),
    Row("lvk/kafka/S230518h_INITIAL.json", "lvk", answers=MESSAGE, level="loud", fails="L6 time"),
    Row("lvk/kafka/MS230518e_INITIAL.json", "lvk", answers=NOTHING, level="quiet", role="test", fails="L6 time"),
    Row("lvk/userguide/*_displayexample.json", "lvk", answers=NOTHING, level="quiet", role="test", says="map broken"),
    Row("lvk/userguide/MS181101ab-retraction.avro", "lvk", answers=NOTHING, level="quiet", role="test"),
    # the same statement in another form: with the map it is judged again, with nothing new it is not
    Row("lvk/userguide/*-retraction.json", "lvk", role="test", last=1),
    Row("lvk/userguide/*ab-update.json", "lvk", role="test", last=2),
    Row(
        "lvk/userguide/*.json", "lvk", answers=NOTHING, level="quiet", role="test", says="probability above 15°", last=1
    ),
    Row("lvk/userguide/*-1-EarlyWarning.xml", "lvk", role="test", last=2),
    Row("lvk/userguide/*-5-Retraction.xml", "lvk", role="test", last=2),
    Row("lvk/userguide/*.xml", "lvk", answers=NOTHING, level="quiet", role="test", last=2),
    Row("lvk/mocks_2026/lvc_retraction/*", "lvk", answers=NOTHING, level="quiet", role="test", says="remembered"),
    Row("lvk/mocks_2026/lvc_initial/*", "lvk", answers=NOTHING, level="quiet", role="test", fails="L6 time"),
    Row(
        "lvk/mocks_2026/*/lvc_preliminary_73128.xml",
        "lvk",
        answers=COMMAND,
        level="quiet",
        role="test",
        commands=("test",),
    ),
    Row(
        "lvk/mocks_2026/*/lvc_preliminary_73132.xml",
        "lvk",
        answers=COMMAND,
        level="quiet",
        role="test",
        commands=("test",),
    ),
    Row("lvk/mocks_2026/lvc_preliminary/*", "lvk", answers=NOTHING, level="quiet", role="test"),
]

SHORT = "gcn/voevent/fermi_short_grb"
BURSTS = [
    Row(f"{SHORT}/560843764/*_Fin_*", "gcn", answers=MESSAGE, level="quiet"),
    Row(f"{SHORT}/560843764/*", "gcn", answers=NOTHING, level="quiet"),
    Row(f"{SHORT}/*/*_Alert_*", "gcn", answers=NOTHING, level="quiet"),
    Row(f"{SHORT}/*/*_Flt_*", "gcn", answers=MESSAGE, level="quiet", fails="G3 visible"),
    Row(f"{SHORT}/*/*", "gcn", answers=MESSAGE, level="quiet", fails="G3 visible"),
    Row(f"{SHORT}_long_timescale/*/*_Fin_*", "gcn", answers=MESSAGE, level="normal", says="nothing left to dump"),
    Row(f"{SHORT}_long_timescale/*/*", "gcn", answers=NOTHING, level="quiet", fails="G2 short"),
    Row("gcn/voevent/fermi_long_grb/*/*", "gcn", answers=NOTHING, level="quiet"),
    Row("gcn/voevent/fermi_not_grb_*/*/*", "gcn", answers=NOTHING, level="quiet", fails="G2 short"),
    Row("gcn/voevent/swift_short/*_1197027-*", "gcn", answers=MESSAGE, level="normal", says="elevation 64.4"),
    Row("gcn/voevent/swift_short/*", "gcn", answers=MESSAGE, level="quiet"),
    Row("gcn/voevent/swift_*/*", "gcn", answers=NOTHING, level="quiet", fails="G2 short"),
    Row("gcn/voevent/gecam_test_number_role_observation/*", "gcn", answers=NOTHING, level="quiet", role="test"),
    Row("gcn/voevent/bad_isotime/*", "gcn", answers=NOTHING, level="quiet", role=None),
    Row("gcn/captured_2026/fermi/fermi_gbm_flt_pos/*_8128.xml", "gcn", answers=MESSAGE, level="normal"),
    Row("gcn/captured_2026/fermi/fermi_gbm_fin_pos/*_1031.xml", "gcn", answers=MESSAGE, level="quiet"),
    Row("gcn/captured_2026/fermi/fermi_gbm_fin_pos/*_1032.xml", "gcn", answers=MESSAGE, level="normal"),
    Row("gcn/captured_2026/fermi/*/*", "gcn", answers=NOTHING, level="quiet"),
    Row("gcn/captured_2026/swift/*/*", "gcn", answers=NOTHING, level="quiet", role="test"),
    Row("gcn/captured_2026/svom/grm/*", "gcn", answers=NOTHING, level="quiet"),
    Row("gcn/captured_2026/svom/*/*", "gcn", answers=NOTHING, level="quiet"),
    Row("gcn/captured_2026/ep/alert/alert_247.json", "gcn", answers=MESSAGE, level="quiet", fails="G2 short"),
    Row("gcn/captured_2026/ep/alert/*", "gcn", answers=MESSAGE, level="normal", fails="G2 short"),
    Row("gcn/svom/*.xml", "gcn", answers=NOTHING, level="quiet"),
]

OTHERS = [
    Row("gcn/schema_examples/chime/frb.detection.*", "gcn", answers=NOTHING, level="quiet"),
    Row(
        "gcn/schema_examples/chime/frb.subsequent.*",
        "gcn",
        answers=("command", "proposal"),
        level="loud",
        commands=("beam", "repoint"),
    ),
    Row("gcn/schema_examples/chime/frb.update.*", "gcn", answers=("message", "message"), level="normal", last=2),
    Row("gcn/schema_examples/chime/frb.*", "gcn", answers=MESSAGE, level="normal", last=2),
    Row("gcn/schema_examples/dsa110/frb.detection.*", "gcn", answers=MESSAGES, level="normal", last=1),
    Row("gcn/schema_examples/dsa110/frb.subsequent.*", "gcn", answers=MESSAGE, level=None, last=3),
    Row("gcn/schema_examples/dsa110/frb.update.*", "gcn", answers=("message", "message"), level="normal", last=3),
    Row("gcn/schema_examples/dsa110/frb.*", "gcn", answers=MESSAGE, level="normal", last=3),
    Row("gcn/schema_examples/core/*", "gcn", "ignored", role=None),
    Row("gcn/schema_examples/boom/*", "gcn", "ignored", role=None),
    Row("gcn/schema_examples/heasarc/*", "gcn", "ignored", role=None),
    Row("gcn/schema_examples/fermi/lat/*", "gcn", "ignored", role=None),
    Row("gcn/schema_examples/icecube/lvk_*", "gcn", "ignored", role=None),
    Row("gcn/schema_examples/swift/bat/guano.loc_map.*", "gcn", answers=MESSAGE, level="quiet"),
    Row("gcn/schema_examples/swift/bat/*", "gcn", answers=MESSAGE, level="normal"),
    Row("gcn/schema_examples/maxi/*", "gcn", answers=NOTHING, level="quiet"),
    Row("gcn/schema_examples/svom/*", "gcn", answers=NOTHING, level="quiet", role="test"),
    Row("gcn/schema_examples/fermi/gbm/*", "gcn", answers=NOTHING, level="quiet"),
    Row("gcn/schema_examples/einstein_probe/*", "gcn", answers=MESSAGE, level="quiet"),
    Row("gcn/schema_examples/*/*.test.example.json", "gcn", role="test"),
    Row("gcn/schema_examples/*/test.example.json", "gcn", role="test"),
    # IceCube, KM3NeT, Super-Kamiokande, Glowbug, BurstCube: read, and no scenario concerns them
    Row("gcn/schema_examples/*", "gcn"),
    Row("outside/voevent/0*", "gcn", "unreadable", role=None, level="normal"),
    # ten months old when it was written
    Row(
        "outside/voevent/dsa110_observation.xml",
        "gcn",
        answers=("message", "message"),
        level="normal",
        fails="B4 caught",
    ),
    Row("outside/voevent/dsa110_test.xml", "gcn", answers=NOTHING, level="quiet", role="test"),
    Row("outside/voevent/FRB140514_detection.xml", "gcn"),
    Row("outside/voevent/rfcand*.xml", "gcn", role="test"),
    Row("outside/svom/*", "gcn", answers=NOTHING, level="quiet"),
    Row("outside/brokers/*", "optical", "ignored", role=None),
    Row("outside/dsa110_t2trigger0_oldformat.json", "dsa", answers=NOTHING, level="quiet", fails="D3 dm"),
]

TABLE = [*CHIME, *MERGERS, *BURSTS, *OTHERS]
"""The first row that matches a file is its own."""

NO_NOTICES = {
    "README.md": "what lies here",
    "chime/catalogues/*": "catalogues",
    "chime/other/comet31_protocol_messages.txt": "messages of a protocol",
    "*.schema.json": "a schema",
    "*.xsd": "a schema",
    "*.avsc": "a schema",
    "outside/captured/*": "requests of other programs",
    "outside/mwa/*": "answers of a telescope's service",
}
"""Files that are no notices, and what they are."""

COUNT = 328
"""All files together; a new one needs its row."""
