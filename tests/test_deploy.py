"""The units and environment files in deploy/: they start what is there, as harmlessly as everything else here."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ovro_alert.settings import CONFIG, PREFIX, ROOT, SECRETS, SHORT_NAMES, entries, load_settings
from tests.scripts import take_options

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
PLACE = Path("/opt/ovro-alert")
PROCESSES = ("relay", "chime", "lvk", "gcn", "lwa", "dsa")
HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictNamespaces": "yes",
    "LockPersonality": "yes",
    "SystemCallFilter": "@system-service",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "UMask": "0077",
}
HARMLESS = re.compile(r"Unknown key( name)? 'Restart(Steps|MaxDelaySec)'|is not executable: No such file or directory")
"""What an older systemd says of the growing pause, and any systemd where nothing is installed."""

each_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
each_process = pytest.mark.parametrize("process", PROCESSES)


def read(unit: Path) -> configparser.ConfigParser:
    """Read a unit; a key that stands twice, or anything that is no key, is an error."""
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",), delimiters=("=",), strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text())
    return parser


def example(process: str) -> dict[str, str]:
    """Read an example of an environment file as systemd does: names, values, comments."""
    lines = [line for line in (DEPLOY / f"{process}.env.example").read_text().splitlines() if line]
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    assert all(re.fullmatch("[A-Z][A-Z0-9_]*", name) and sign for name, sign, _ in pairs)
    return {name: value for name, _, value in pairs}


def environment(unit: Path) -> dict[str, str]:
    service = read(unit)["Service"]
    own = dict(word.split("=", 1) for word in shlex.split(service["Environment"]))
    return own | example(Path(service["EnvironmentFile"]).stem)


def command(unit: Path) -> list[str]:
    """What is started, its variables filled in: `${A}` is one word, `$A` as many as there are."""
    known = environment(unit)
    words: list[str] = []
    for word in read(unit)["Service"]["ExecStart"].split():
        if re.fullmatch(r"\$\w+", word):
            words += known[word[1:]].split()
        else:
            words.append(re.sub(r"\$\{(\w+)\}", lambda found: known[found[1]], word))
    return words


def test_there_is_a_unit_and_an_environment_for_each_process():
    assert [unit.stem for unit in UNITS] == sorted(f"ovro-alert-{process}" for process in PROCESSES)
    assert sorted(DEPLOY.glob("*.env.example")) == sorted(DEPLOY / f"{process}.env.example" for process in PROCESSES)


@each_unit
def test_a_unit_starts_a_program_that_is_there_with_options_that_it_takes(unit):
    words = command(unit)
    for word in words:
        if word.startswith("/"):
            inside = Path(word).relative_to(PLACE)
            assert inside.parts[:2] == (".venv", "bin") or (ROOT / inside).is_file()
    assert take_options(words)


@each_unit
def test_a_unit_runs_as_its_own_user_in_its_own_folder(unit):
    service = read(unit)["Service"]
    process = unit.stem.removeprefix("ovro-alert-")
    users = re.findall(r"^u (\S+) - \"[^\"]+\" (\S+)$", (DEPLOY / "ovro-alert.sysusers.conf").read_text(), re.MULTILINE)
    home = f"/var/lib/{service['StateDirectory']}"
    assert (service["User"], home) in users
    assert service["User"] == service["SyslogIdentifier"] == unit.stem
    assert service["StateDirectory"] == f"ovro-alert/{process}"
    assert environment(unit)["OVRO_ALERT_HOME"] == home
    assert service["EnvironmentFile"] == f"/etc/ovro-alert/{process}.env"
    assert service["WorkingDirectory"] == str(PLACE)


@each_unit
def test_a_unit_never_gives_up_and_waits_for_a_clean_end(unit):
    parsed = read(unit)
    service = parsed["Service"]
    assert service["Restart"] == "always"
    assert 0 < int(service["RestartSec"]) < int(service["RestartMaxDelaySec"])
    assert parsed["Unit"]["StartLimitIntervalSec"] == "0"
    assert int(service["TimeoutStopSec"]) > 5
    assert parsed["Install"]["WantedBy"] == "multi-user.target"


@each_unit
def test_a_unit_is_hardened(unit):
    service = read(unit)["Service"]
    assert {name: service[name] for name in HARDENED} == HARDENED


@each_unit
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_unit(unit):
    found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=30, check=False)
    said = [line for line in (found.stdout + found.stderr).splitlines() if "ovro-alert" in line]
    assert [line for line in said if not HARMLESS.search(line)] == []


@each_process
def test_every_name_in_an_example_means_something_and_no_secret_is_in_it(process):
    unit = read(DEPLOY / f"ovro-alert-{process}.service")["Service"]
    settings = {PREFIX + name.upper().replace(".", "__") for name, _ in entries()} | {CONFIG}
    for name, value in example(process).items():
        assert name in settings or name in SHORT_NAMES or re.search(rf"\$\{{?{name}\b", unit["ExecStart"])
        assert not value or SHORT_NAMES.get(name) not in SECRETS


@each_process
def test_an_example_as_it_is_starts_a_rehearsal_on_this_machine_that_tells_nobody(process, monkeypatch):
    for name, value in environment(DEPLOY / f"ovro-alert-{process}.service").items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.mode == "rehearsal"
    assert settings.slack.token is None
    assert settings.relay_url == "http://127.0.0.1:8001"
    assert environment(DEPLOY / "ovro-alert-relay.service")["LISTEN_HOST"] == "127.0.0.1"


def test_the_command_line_of_an_installation_is_a_shell_script():
    checked = subprocess.run(["sh", "-n", DEPLOY / "ovro-alert"], capture_output=True, timeout=10, check=False)
    assert checked.returncode == 0, checked.stderr
    assert (DEPLOY / "ovro-alert").stat().st_mode & 0o111
