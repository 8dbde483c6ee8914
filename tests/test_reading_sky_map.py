"""Sky maps: what is in them, how much of it is up, and that no bytes at all can do harm."""

from __future__ import annotations

import base64
import gzip
import struct
import tracemalloc
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from astropy.coordinates import AltAz, EarthLocation, SkyCoord
from astropy.time import Time
from astropy.utils import iers

from ovro_alert.alerts import Alert
from ovro_alert.observatory import OVRO_LWA
from ovro_alert.reading import read_whole
from ovro_alert.reading.found import Reading
from ovro_alert.sky_maps import SkyMap
from tests.lvk_notices import NSBH, lvk_avro, lvk_json, map_file, sky_map_fits
from tests.notices import raw
from tests.samples import need_samples, sample

MOMENT = datetime(2026, 11, 20, 12, 2, 54, tzinfo=UTC)
EVEN = 1 / (4 * np.pi)
"""Density of a map that knows nothing, sr⁻¹."""


def whole(skymap: object, form=lvk_json) -> Reading:
    """Read a superevent with this map; whatever it is, the superevent is read."""
    reading = read_whole(raw(form(skymap=skymap), "lvk"))
    assert isinstance(reading.found, Alert)
    assert reading.found.merger.classification == NSBH
    return reading


def note_of(skymap: object, form=lvk_json) -> str:
    """Return what is said of a map that cannot be read."""
    reading = whole(skymap, form)
    assert (reading.sky_map, reading.found.merger.map) == (None, None)
    return reading.found.merger.map_note


# ── a good map ──


@pytest.mark.parametrize("form", [lvk_json, lvk_avro])
def test_a_map_is_read_with_its_sum_its_area_and_its_distance(form):
    reading = whole(sky_map_fits(radius_deg=8, distance_mpc=197.0), form)
    summary = reading.found.merger.map
    assert reading.found.merger.map_note is None
    assert summary.total == pytest.approx(1, abs=1e-9)
    assert summary.area90_deg2 == pytest.approx(0.9 * np.pi * 8**2, rel=0.03)
    assert (summary.distance_mpc, summary.distance_error_mpc) == (197.0, 41.0)
    assert summary.pixels == len(reading.sky_map.probability) == len(reading.sky_map.ra_deg)


def test_pixels_of_all_sizes_lie_where_they_are():
    """An even disc has its centre of gravity in its middle; its probability is all within it."""
    sky_map = whole(sky_map_fits(ra_deg=212.5, dec_deg=-33.0, radius_deg=5, order=8)).sky_map
    inside = sky_map.probability > 0
    assert sky_map.probability @ sky_map.ra_deg == pytest.approx(212.5, abs=0.02)
    assert sky_map.probability @ sky_map.dec_deg == pytest.approx(-33, abs=0.05)
    assert np.abs(sky_map.dec_deg[inside] + 33).max() < 5.2


def test_the_coarsest_pixels_are_the_twelve_of_healpix():
    sky_map = whole(map_file(range(4, 16), [EVEN] * 12)).sky_map
    assert sky_map.ra_deg.tolist() == pytest.approx([45, 135, 225, 315, 0, 90, 180, 270, 45, 135, 225, 315])
    assert sky_map.dec_deg.tolist() == pytest.approx([41.810315] * 4 + [0] * 4 + [-41.810315] * 4)
    assert sky_map.total == pytest.approx(1)


def test_the_finest_order_is_29():
    assert whole(map_file([4**31 - 1], [1.0])).found.merger.map.pixels == 1
    assert "order up to 29" in note_of(map_file([4**31], [1.0]))


def test_unsigned_pixel_numbers_are_the_same_pixels():
    signed, unsigned = (whole(sky_map_fits(unsigned=unsigned)).sky_map for unsigned in (False, True))
    assert all((one == other).all() for one, other in zip(signed, unsigned, strict=True))


def test_a_map_that_does_not_sum_to_one_is_read_with_its_sum():
    assert whole(sky_map_fits(total=0.93)).found.merger.map.total == pytest.approx(0.93)


def test_an_area_of_90_percent_is_unknown_where_there_is_less():
    assert whole(sky_map_fits(total=0.8)).found.merger.map.area90_deg2 is None


@pytest.mark.parametrize("distance_mpc", [None, -1.0, "far", True])
def test_a_distance_that_is_none_is_missing_and_costs_no_map(distance_mpc):
    summary = whole(sky_map_fits(distance_mpc=None, header={"DISTMEAN": distance_mpc})).found.merger.map
    assert summary.distance_mpc is None


def test_a_distance_written_as_nan_costs_no_map():
    assert whole(fits_of(("DISTMEAN", "NaN"))).found.merger.map.distance_mpc is None


def test_without_a_map_the_notice_says_so():
    assert note_of(None) == "no map in this notice"


# ── how much is up ──


def test_elevations_of_pixels_are_those_of_astropy():
    """Without refraction, to a thousandth of a degree, in all directions."""
    sky_map = whole(map_file(np.arange(48) + 16, [EVEN] * 48)).sky_map
    site = EarthLocation.from_geodetic(OVRO_LWA.lon_deg, OVRO_LWA.lat_deg, OVRO_LWA.height_m)
    with iers.conf.set_temp("auto_download", False), iers.conf.set_temp("iers_degraded_accuracy", "ignore"):
        frame = AltAz(obstime=Time(MOMENT.replace(tzinfo=None)), location=site)
        by_astropy = SkyCoord(sky_map.ra_deg, sky_map.dec_deg, unit="deg").transform_to(frame).alt.deg
    order = np.argsort(by_astropy)
    between = (by_astropy[order][1:] + by_astropy[order][:-1]) / 2
    gaps = np.diff(by_astropy[order]) > 0.02
    ours = sky_map.above(between[gaps].tolist(), MOMENT)
    theirs = [sky_map.probability[by_astropy >= limit].sum() for limit in between[gaps]]
    assert ours == pytest.approx(theirs)
    for pixel in range(0, 48, 5):
        alone = SkyMap(sky_map.ra_deg[[pixel]], sky_map.dec_deg[[pixel]], np.ones(1))
        assert alone.above([by_astropy[pixel] - 0.006, by_astropy[pixel] + 0.006], MOMENT) == (1, 0)


def test_a_pixel_exactly_at_the_limit_is_up():
    sky_map = SkyMap(np.array([180.0]), np.array([40.0]), np.ones(1))
    low, high = -90.0, 90.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if sky_map.above([middle], MOMENT) == (1.0,) else (low, middle)
    assert sky_map.above([low], MOMENT) == (1.0,)


@need_samples
@pytest.mark.parametrize(
    ("name", "after_s", "above"),
    [
        ("kafka/S230518h_INITIAL", 0, {0: 0.027, 15: 0.014}),
        ("kafka/S230518h_INITIAL", 174, {0: 0.027, 15: 0.014}),
        ("kafka/MS230518e_INITIAL", 174, {20: 0.997, 30: 0.000}),
        ("userguide/MS181101ab-preliminary", 0, {5: 0.959, 10: 0.021}),
        ("userguide/MS181101ab-preliminary", 32, {5: 0.957, 10: 0.016}),
        ("userguide/MS181101ab-preliminary", 174, {5: 0.937, 10: 0.005}),
    ],
)
def test_real_superevents_stand_as_high_as_astropy_says(name, after_s, above):
    reading = read_whole(raw(sample(f"lvk/{name}.json"), "lvk"))
    found = reading.sky_map.above(list(above), reading.found.time + timedelta(seconds=after_s))
    assert found == pytest.approx(tuple(above.values()), abs=0.001)
    assert reading.sky_map.total == pytest.approx(1, abs=1e-9)


# ── broken maps ──

CARDS = {
    "XTENSION": "'BINTABLE'",
    "BITPIX": "8",
    "NAXIS": "2",
    "NAXIS1": "16",
    "NAXIS2": "12",
    "PCOUNT": "0",
    "GCOUNT": "1",
    "TFIELDS": "2",
    "TTYPE1": "'UNIQ'",
    "TFORM1": "'K'",
    "TTYPE2": "'PROBDENSITY'",
    "TFORM2": "'D'",
}
ROWS = b"".join(struct.pack(">qd", uniq, EVEN) for uniq in range(4, 16))


def header(cards: dict[str, str]) -> bytes:
    text = "".join(f"{key:8}= {value}".ljust(80) for key, value in cards.items()) + "END"
    return text.ljust(-(-len(text) // 2880) * 2880).encode()


def fits_of(*changes: tuple[str, str], rows: bytes = ROWS) -> bytes:
    """Return a small map with cards of its header changed, which no library would write."""
    primary = header({"SIMPLE": "T", "BITPIX": "8", "NAXIS": "0"})
    return primary + header(CARDS | dict(changes)) + rows.ljust(2880, b"\0")


def test_the_map_that_is_broken_below_is_whole():
    assert whole(fits_of()).found.merger.map.total == pytest.approx(1)


HEADERS = {
    "rows without end": ("NAXIS2", "99999999999999999", "rows, not 1 to"),
    "rows below none": ("NAXIS2", "-12", "rows, not 1 to"),
    "no rows": ("NAXIS2", "0", "rows, not 1 to"),
    "rows that are no number": ("NAXIS2", "'12'", "rows, not 1 to"),
    "rows beyond the file": ("NAXIS2", "1000000", "cut off"),
    "rows wider than the columns": ("NAXIS1", "2147483648", "columns take 16 bytes"),
    "rows narrower than the columns": ("NAXIS1", "8", "columns take 16 bytes"),
    "a column without end": ("TFORM1", "'99999999999K'", "TFORM1"),
    "a column of another form": ("TFORM1", "'Z'", "TFORM1"),
    "a column of variable length": ("TFORM1", "'PD(9)'", "not one number in each row"),
    "a column of text": ("TFORM2", "'8A'", "not one number in each row"),
    "many numbers in each row": ("TFORM2", "'2E'", "not one number in each row"),
    "densities for pixels": ("TFORM1", "'D'", "no column of integers"),
    "columns without end": ("TFIELDS", "999999999", "columns, not 1 to"),
    "no column of pixels": ("TTYPE1", "'PIXEL'", "no column UNIQ"),
    "two columns of one name": ("TTYPE2", "'UNIQ'", "one name"),
    "scaled": ("TSCAL2", "1E300", "scaled"),
    "shifted": ("TZERO1", "17", "scaled"),
    "unsigned densities": ("TZERO2", "9223372036854775808", "scaled"),
    "galactic": ("COORDSYS", "'G'", "COORDSYS"),
    "of one order": ("ORDERING", "'NESTED'", "ORDERING"),
    "too fine": ("MOCORDER", "30", "MOCORDER"),
    "an image": ("XTENSION", "'IMAGE'", "no binary table"),
    "a card that is none": ("NAXIS2", "12 34", "NAXIS2"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_map_whose_header_lies_is_broken_and_takes_no_memory(name):
    key, value, why = HEADERS[name]
    note_of(b"")  # what is loaded once is not counted
    body = fits_of((key, value))
    tracemalloc.start()
    try:
        assert why in note_of(body)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "card", [("THEAP", "-5"), ("CHECKSUM", "'0'"), ("TDIM1", "'(3,4)'"), ("TNULL1", "4"), ("ZIMAGE", "T")]
)
def test_what_concerns_no_map_is_not_followed(card):
    assert whole(fits_of(card)).found.merger.map.pixels == 12


def rows_with(uniq: int = 4, density: float = EVEN) -> bytes:
    return struct.pack(">qd", uniq, density) + ROWS[16:]


BODIES = {
    "empty": (b"", "no FITS"),
    "words": (b"the dog ate it", "no FITS"),
    "gzipped": (gzip.compress(sky_map_fits()), "gzipped, and never unpacked"),
    "a bomb": (gzip.compress(b"\0" * 10_000_000), "gzipped, and never unpacked"),
    "a header without end": (b"SIMPLE  =                    T" + b" " * 3_000_000, "END"),
    "an image first": (header({"SIMPLE": "T", "BITPIX": "8", "NAXIS": "1", "NAXIS1": "9"}), "an image comes before"),
    "no table": (header({"SIMPLE": "T", "BITPIX": "8", "NAXIS": "0"}), "EOF"),
    "cut off": (sky_map_fits()[:20_000], "cut off"),
    "no number": (sky_map_fits(nan=True), "negative or no number"),
    "infinite": (fits_of(rows=rows_with(density=np.inf)), "negative or no number"),
    "negative": (fits_of(rows=rows_with(density=-1e-9)), "negative or no number"),
    "beyond all numbers": (
        fits_of(rows=b"".join(struct.pack(">qd", uniq, 1.7e308) for uniq in range(4, 16))),
        "beyond",
    ),
    "pixel 3": (fits_of(rows=rows_with(uniq=3)), "no pixel of an order"),
    "pixel -1": (fits_of(rows=rows_with(uniq=-1)), "no pixel of an order"),
    "too large": (b"SIMPLE  =" + b" " * 3_145_720, "more than"),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("form", [lvk_json, lvk_avro])
def test_a_broken_map_is_said_and_the_superevent_is_read_all_the_same(name, form):
    body, why = BODIES[name]
    note = note_of(body, form)
    assert note.startswith("map broken: ")
    assert why in note
    assert len(note) <= 220
    assert note.isprintable()


@pytest.mark.parametrize("given", ["!", "U0lNUExF...Y29uZm", "U0lN\nUExF", "AAA", "Ä", 7, True, [], {}, 0.5, ["U0lN"]])
def test_base64_that_is_none_is_a_broken_map(given):
    assert note_of(given).startswith("map broken: ")


def test_base64_beyond_the_limit_is_not_even_decoded():
    assert "more than 4194304" in note_of("A" * 4_194_305)


def test_base64_in_pieces_of_another_alphabet_is_broken():
    assert note_of(base64.urlsafe_b64encode(b"\xff\xff\xfe").decode()).startswith("map broken: ")


@need_samples
@pytest.mark.parametrize("name", ["earlywarning", "preliminary", "ext-update"])
def test_the_user_guides_shortened_maps_are_broken(name):
    reading = read_whole(raw(sample(f"lvk/userguide/MS181101ab-{name}_displayexample.json"), "lvk"))
    assert reading.sky_map is None
    assert reading.found.merger.map_note.startswith("map broken: ")
