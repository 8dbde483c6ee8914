"""Each setting has one name and one meaning, and a wrong one stops the program with a line that helps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ovro_alert.errors import CannotStartError
from ovro_alert.settings import CONFIG, PREFIX, ROOT, SECRETS, SHORT_NAMES, Settings, entries, load_settings

NAMES = [name for name, _ in entries()]
SECRET = "s3cret-w0rd"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in list(os.environ):
        if word.startswith(PREFIX) or word in SHORT_NAMES:
            monkeypatch.delenv(word)


@pytest.fixture
def write_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def write(text: str) -> Path:
        path = tmp_path / "alert.toml"
        path.write_text(text)
        monkeypatch.setenv(CONFIG, str(path))
        return path

    return write


def value_of(settings: Settings, name: str) -> object:
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def test_nothing_set_is_harmless() -> None:
    """No default moves a telescope or tells anybody outside."""
    settings = load_settings()
    assert settings.mode == "rehearsal"
    assert settings.slack.token is None
    assert settings.chime.one_offs == "off"
    assert settings.home == ROOT / "var"
    assert settings.relay_url == "http://127.0.0.1:8001"


def test_option_beats_environment_beats_file_beats_default(write_toml, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml("judge_timeout_s = 7\nseed_deadline_s = 70\nsimulator_speed = 700\n")
    monkeypatch.setenv("OVRO_ALERT_JUDGE_TIMEOUT_S", "8")
    monkeypatch.setenv("OVRO_ALERT_SEED_DEADLINE_S", "80")
    settings = load_settings(judge_timeout_s=9)
    assert settings.judge_timeout_s == 9
    assert settings.seed_deadline_s == 80
    assert settings.simulator_speed == 700
    assert settings.lwa.max_beam_s == 3600


def test_sources_mix_within_one_table(write_toml, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name set in the environment leaves its neighbours in the file's table as they are."""
    write_toml("[lwa]\nmax_beam_s = 600\nmin_elevation_deg = 33\n")
    monkeypatch.setenv("OVRO_ALERT_LWA__MAX_BEAM_S", "700")
    settings = load_settings(**{"lwa.beams_per_day": 3})
    assert (settings.lwa.max_beam_s, settings.lwa.min_elevation_deg, settings.lwa.beams_per_day) == (700, 33, 3)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_set_in_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`OVRO_ALERT_` and the name in capitals, a dot as `__`; the default written there changes nothing."""
    word = SECRET if name in SECRETS else "/a.file" if name.endswith(("_file", "_folder")) else ""
    word = word or str(value_of(Settings(), name)) or "x"
    monkeypatch.setenv(PREFIX + name.upper().replace(".", "__"), word)
    value = value_of(load_settings(), name)
    shown = value.get_secret_value() if name in SECRETS else value
    assert str(shown) == word or shown == float(word)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_what_it_is(name: str) -> None:
    field = dict(entries())[name]
    extra = field.json_schema_extra
    assert field.description
    assert isinstance(extra, dict)
    assert "unit" in extra


@pytest.mark.parametrize(("word", "name"), SHORT_NAMES.items())
def test_short_name_is_the_same_setting_and_yields_to_the_long_one(word: str, name: str, monkeypatch) -> None:
    def now() -> str:
        value = value_of(load_settings(), name)
        return value.get_secret_value() if name in SECRETS else str(value)

    monkeypatch.setenv(word, "http://short")
    assert now() == "http://short"
    monkeypatch.setenv(PREFIX + name.upper().replace(".", "__"), "http://long")
    assert now() == "http://long"


def test_empty_word_in_the_environment_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY_KEY", "")
    monkeypatch.setenv("OVRO_ALERT_MODE", "")
    settings = load_settings()
    assert settings.relay_key is None
    assert settings.mode == "rehearsal"


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[lwa]\nmax_beem_s = 3\n", ["alert.toml", "lwa.max_beem_s", "did you mean lwa.max_beam_s"]),
        ("[lwaa]\nx = 3\n", ["lwaa", "is no setting", "lists them all"]),
        ("mode = 'real'\n", ["alert.toml", "mode = 'real'", "'rehearsal' or 'production'"]),
        ("[lwa]\nmin_elevation_deg = 95\n", ["lwa.min_elevation_deg = 95", "less than or equal to 90"]),
        ("[lwa]\nbeam_lead_s = 'soon'\n", ["lwa.beam_lead_s = 'soon'", "valid number", "or: Input should be 'auto'"]),
        ("judge_timeout_s = nan\n", ["judge_timeout_s = nan"]),
        ("slack = 3\n", ["slack = 3"]),
        ("mode = \n", ["alert.toml", "is not TOML"]),
        ("relay_url = 'ftp://x'\n", ["relay_url = 'ftp://x'"]),
    ],
)
def test_wrong_file_is_one_clear_line(toml: str, words: list[str], write_toml) -> None:
    write_toml(toml)
    with pytest.raises(CannotStartError) as raised:
        load_settings()
    sentence = str(raised.value)
    assert "\n" not in sentence
    for word in words:
        assert word in sentence


@pytest.mark.parametrize(
    ("word", "value", "words"),
    [
        ("OVRO_ALERT_MODE", "on", ["environment OVRO_ALERT_MODE", "mode = 'on'"]),
        ("OVRO_ALERT_LWA__MAX_BEEM_S", "3", ["OVRO_ALERT_LWA__MAX_BEEM_S", "did you mean lwa.max_beam_s"]),
        ("OVRO_ALERT_LWA__MAX_BEAM_S", "long", ["OVRO_ALERT_LWA__MAX_BEAM_S", "lwa.max_beam_s = 'long'"]),
        ("OVRO_ALERT_LWA", "rubbish", ["environment", "lwa"]),
        ("RELAY_URL", "here", ["environment RELAY_URL", "relay_url = 'here'"]),
        ("OVRO_ALERT_CONFIG", "/no/such/file.toml", ["/no/such/file.toml", "cannot be read"]),
    ],
)
def test_wrong_environment_is_one_clear_line(word: str, value: str, words: list[str], monkeypatch) -> None:
    monkeypatch.setenv(word, value)
    with pytest.raises(CannotStartError) as raised:
        load_settings()
    assert "\n" not in str(raised.value)
    for part in words:
        assert part in str(raised.value)


def test_of_two_wrong_settings_the_first_is_told_alone(write_toml) -> None:
    write_toml("[lwa]\nmax_beam_s = 'a'\nmin_beam_s = 'b'\n")
    with pytest.raises(CannotStartError) as raised:
        load_settings()
    assert str(raised.value).count("Input should be") == 1


def test_a_table_and_a_value_of_the_same_name_are_refused(write_toml, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml("slack = 3\n")
    monkeypatch.setenv("OVRO_ALERT_SLACK__CHANNEL", "x")
    with pytest.raises(CannotStartError, match="slack"):
        load_settings()


def test_option_that_is_none_was_not_given() -> None:
    assert load_settings(home=None, relay_url=None).home == ROOT / "var"


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY_KEY", SECRET)
    monkeypatch.setenv("SLACK_TOKEN", SECRET)
    settings = load_settings()
    assert settings.find_key() == SECRET
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert SECRET not in shown


def test_a_wrong_value_beside_a_secret_does_not_show_it(write_toml) -> None:
    write_toml(f"[slack]\ntoken = ['{SECRET}']\n")
    with pytest.raises(CannotStartError) as raised:
        load_settings()
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.mode = "production"


def test_key_in_the_environment_beats_the_one_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "relay.key").write_text("from-disk\n")
    assert load_settings(home=tmp_path).find_key() == "from-disk"
    monkeypatch.setenv("RELAY_KEY", "from-environment")
    assert load_settings(home=tmp_path).find_key() == "from-environment"


def test_key_on_disk_is_read_each_time(tmp_path: Path) -> None:
    """A client that started before the relay finds the key that the relay makes later."""
    settings = load_settings(home=tmp_path)
    assert settings.find_key() is None
    (tmp_path / "relay.key").write_text("made-later")
    assert settings.find_key() == "made-later"
    (tmp_path / "relay.key").write_bytes(b"\xff\xfe")
    assert settings.find_key() is None


def test_limits_are_the_scenarios_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVRO_ALERT_CHIME__ONE_OFFS", "near")
    monkeypatch.setenv("OVRO_ALERT_LWA__BEAM_LEAD_S", "auto")
    limits = load_settings().limits
    assert limits.chime.one_offs == "near"
    assert limits.lwa.beam_lead_s == "auto"


def test_settings_are_light_to_import() -> None:
    """The relay's web process needs the thresholds, not the sky: neither numpy nor erfa come with them."""
    code = "import sys, ovro_alert.settings; print(sorted({'numpy', 'erfa', 'astropy', 'lxml'} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.strip() == "[]"
