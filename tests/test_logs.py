"""Logs: one line for each record, in UTC, and no secret in any of them."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ovro_alert.relay.key_file import make_token
from ovro_alert.relay.logs import OneLine, masked

SECRET = "hunter2-SECRET"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ [\w.]+: .*")


@pytest.mark.parametrize(
    "line",
    [
        f'127.0.0.1:1 - "GET /lwa?key={SECRET} HTTP/1.1" 200',
        f'127.0.0.1:1 - "PUT /lwa?a=1&key={SECRET}&b=2 HTTP/1.1" 200',
        f"GET /lwa?KEY={SECRET}",
        f"next=%2Flwa%3Fkey%3D{SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"Authorization: {SECRET}",
        f"authorization: Basic {SECRET}",
        f"{{'authorization': 'Bearer {SECRET}'}}",
        f"{{'Authorization': b'{SECRET}'}}",
        f"(b'authorization', b'Bearer {SECRET}')",
        f"Authorization={SECRET}",
        f"token xoxb-123-{SECRET}",
        f"xapp-1-{SECRET}",
        pytest.param(f"a key {make_token()[:20]}{SECRET}{'x' * 20}", id="a key of the relay"),
    ],
)
def test_a_secret_is_masked(line):
    assert SECRET not in masked(line)
    assert "***" in masked(line)


def test_a_key_of_the_relay_is_masked_wherever_it_stands():
    token = make_token()
    assert token[6:] not in masked(f"{token}, {{'key': '{token}'}} and {token}.")


@pytest.mark.parametrize("line", ["GET /lwa?since=5&wait=50", "key casey made", "the journal is at 5", "monkey=5"])
def test_what_is_no_secret_stays(line):
    assert masked(line) == line


def test_a_record_with_its_exception_is_one_line():
    error = ValueError(f"GET /lwa?key={SECRET}\nfailed")
    record = logging.LogRecord(
        "relay", logging.ERROR, "", 1, "a %s\nb", ("x\r\ny",), (type(error), error, error.__traceback__)
    )
    line = OneLine().format(record)
    assert LINE.fullmatch(line)
    assert "ValueError" in line
    assert SECRET not in line


def run(program: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return (done.stdout + done.stderr).splitlines()


UNDER_UVICORN = """
import logging.config, uvicorn.config
logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)
from ovro_alert.relay import logs
logs.configure()
"""


def test_uvicorn_s_own_lines_are_written_the_same_way():
    access = """
logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "1:2", "GET", "/lwa?key=hunter2", "1.1", 200)
logging.getLogger("uvicorn.error").error("boom", exc_info=ValueError("Authorization: Bearer hunter2"))
logging.getLogger("ovro_alert.relay").info("hello")
logging.getLogger("alembic.runtime").info("noise")
"""
    lines = run(UNDER_UVICORN + access)
    assert len(lines) == 3
    assert all(LINE.fullmatch(line) for line in lines)
    assert '"GET /lwa?key=*** HTTP/1.1" 200' in lines[0]
    assert "hunter2" not in "".join(lines)


def test_an_access_log_that_was_switched_off_stays_off():
    silent = """
logger = logging.getLogger("uvicorn.access")
logger.handlers, logger.propagate = [], False
logs.configure()
logger.info("not wanted")
"""
    assert run(UNDER_UVICORN.replace("logs.configure()\n", "") + silent) == []
