"""The repeater table: what is shipped holds, and a row of one's own never costs a shipped one."""

from __future__ import annotations

import csv
import logging
import math

import pytest

from ovro_alert.catalogue.repeaters import COLUMNS, SHIPPED, load_repeaters, read_repeaters

TABLE = load_repeaters()
BY_NAME = {row.name: row for row in TABLE}
ROW = {
    "name": "FRB 20990101A",
    "aliases": "R99",
    "ra_deg": "10.5",
    "dec_deg": "41.2",
    "ra_error_deg": "0.01",
    "dec_error_deg": "0.02",
    "dm_pc_cm3": "300",
    "dm_spread_pc_cm3": "2",
    "chance_rate": "",
    "reference": "ATel 99999",
    "note": "",
}


@pytest.fixture
def extra(tmp_path):
    """Write a table of one's own from rows that differ from a good one."""

    def write(*changes, columns=COLUMNS):
        path = tmp_path / "mine.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows([ROW | change for change in changes])
        return path

    return write


def test_the_shipped_table_reads_without_complaint():
    found = read_repeaters(SHIPPED)
    assert found.complaints == ()
    assert len(found.repeaters) == len({row.name for row in found.repeaters}) == 54


def test_the_2023_paper_is_all_there_with_its_candidates():
    rn3 = [row for row in TABLE if row.reference == "doi:10.3847/1538-4357/acc6c1"]
    assert len(rn3) == 39
    assert sum(row.chance_rate >= 0.5 for row in rn3) == 14
    assert sum(len(row.regions) == 2 for row in rn3) == 3


@pytest.mark.parametrize(
    "name",
    [
        "FRB 20121102A",
        "FRB 20180814A",
        "FRB 20180916B",
        "FRB 20190303A",
        "FRB 20200120E",
        "FRB 20201124A",
        "FRB 20220912A",
        "FRB 20240114A",
    ],
)
def test_the_most_active_sources_are_there(name):
    row = BY_NAME[name]
    assert row.chance_rate is None
    assert row.regions[0].r95_deg < 0.05


def test_every_row_names_its_source():
    assert all(row.reference.startswith(("doi:", "arXiv:", "ATel", "github.com")) for row in TABLE)


def test_errors_are_true_angles_also_near_the_pole():
    """The catalogue gives 0.875° of right ascension at declination 89.0; on the sky that is 0.015°."""
    (region,) = BY_NAME["FRB 20180910A"].regions
    assert region.ra_error_deg == pytest.approx(0.8749242 * math.cos(math.radians(89.014)), abs=1e-5)


def test_an_asymmetric_error_is_half_its_range():
    assert BY_NAME["FRB 20190812A"].regions[0].dec_error_deg == pytest.approx(0.0236)
    assert BY_NAME["FRB 20181226F"].regions[0].dec_error_deg == pytest.approx((0.1575 + 0.4724) / 2, abs=1e-5)


def test_a_source_goes_by_any_spelling_and_by_its_other_names():
    row = BY_NAME["FRB 20180916B"]
    assert row.goes_by("FRB20180916B")
    assert row.goes_by(" frb 20180916b ")
    assert row.goes_by("FRB 180916.J0158+65")
    assert not row.goes_by("FRB 20180916A")


def test_a_row_of_ones_own_joins_the_table(extra):
    table = load_repeaters(extra({}, {"name": "FRB 20990102B", "ra_deg": "10;20", **DOUBLE}))
    assert len(table) == 56
    assert len(table[-1].regions) == 2
    assert table[-2].aliases == ("R99",)


DOUBLE = {"dec_deg": "1;2", "ra_error_deg": "0.1;0.2", "dec_error_deg": "0.1;0.2"}


def test_a_row_of_ones_own_replaces_a_shipped_one(extra):
    table = load_repeaters(extra({"name": "FRB20180916B", "dm_pc_cm3": "350"}))
    assert len(table) == 54
    assert [row.dm_pc_cm3 for row in table if row.goes_by("FRB 20180916B")] == [350]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"dec_deg": "91"}, "dec_deg"),
        ({"ra_deg": "nan"}, "ra_deg"),
        ({"ra_deg": ""}, "could not convert"),
        ({"ra_deg": "10;20"}, "number of regions"),
        ({"ra_error_deg": "0"}, "ra_error_deg"),
        ({"ra_error_deg": "-1"}, "ra_error_deg"),
        ({"dm_pc_cm3": "-5"}, "dm_pc_cm3"),
        ({"dm_pc_cm3": "inf"}, "dm_pc_cm3"),
        ({"dm_spread_pc_cm3": "much"}, "could not convert"),
        ({"reference": ""}, "reference"),
        ({"name": ""}, "name"),
    ],
)
def test_a_broken_row_is_named_by_its_line_and_the_rest_holds(extra, caplog, change, word):
    path = extra({"name": "FRB 20990103A"}, change, {"name": "FRB 20990104A"})
    with caplog.at_level(logging.WARNING):
        table = load_repeaters(path)
    assert len(table) == 56
    (record,) = caplog.records
    assert f"{path}, line 3" in record.message
    assert word in record.message


def test_a_file_without_the_columns_costs_nothing_but_itself(extra):
    found = read_repeaters(extra({}, columns=("name", "ra_deg")))
    assert found.repeaters == ()
    assert "line 1" in found.complaints[0]
    assert "dec_deg" in found.complaints[0]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00name", b'name,"aliases\n', b"name\n" * 300_000])
def test_bytes_that_are_no_table_cost_nothing_but_themselves(tmp_path, body):
    path = tmp_path / "mine.csv"
    path.write_bytes(body)
    assert read_repeaters(path).repeaters == ()
    assert str(path) in read_repeaters(path).complaints[0]
    assert len(load_repeaters(path)) == 54


def test_a_file_that_is_not_there_is_said(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        assert len(load_repeaters(tmp_path / "none.csv")) == 54
    assert "cannot be read" in caplog.text


def test_a_short_row_is_a_broken_row(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(",".join(COLUMNS) + "\nFRB 20990101A,,1,2\n")
    assert "line 2" in read_repeaters(path).complaints[0]
