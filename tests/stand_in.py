"""A stand-in for the relay on 127.0.0.1: takes notices and statuses as the contract says, or answers as it is told."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

KEY = "stand-in-key"
PROMPT_S = 10.0


class Asked(NamedTuple):
    """One question as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Says(NamedTuple):
    """An answer: status, body, further headers; `after_s` real seconds."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    after_s: float = 0.0


def problem(status: int, code: str = "", detail: str = "") -> Says:
    body = json.dumps({"status": status, "code": code, "title": "No", "detail": detail}).encode()
    return Says(status, body, (("Content-Type", "application/problem+json"),))


class StandIn:
    """`answers`, if set, is asked first; None from it means the usual answer."""

    def __init__(self, port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.closed = False
        self.notices: list[bytes] = []
        self.answers: Callable[[Asked], Says | None] | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # whoever asked may have been killed
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.closed = True
        self.server.shutdown()
        self.server.server_close()

    def answer(self, asked: Asked) -> Says:
        self.asked.append(asked)
        said = self.answers(asked) if self.answers else None
        return said or self.usual(asked)

    def usual(self, asked: Asked) -> Says:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return problem(401, "missing-key")
        if asked.method == "POST" and asked.path.startswith("/notices/"):
            new = asked.body not in self.notices
            self.notices += [asked.body] * new
            number = 1 + self.notices.index(asked.body)
            receipt = {"id": number, "seq": number, "state": "kept"} | ({} if new else {"duplicate": True})
            return Says(201 if new else 200, json.dumps(receipt).encode())
        if asked.method == "PUT" and asked.path.endswith("/status"):
            return Says(200, b"{}")
        return problem(404, "not-found")

    def pushed(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.startswith("/notices/")]

    def statuses(self) -> list[dict]:
        return [json.loads(asked.body) for asked in self.asked if asked.path.endswith("/status")]

    def _handler(stand_in) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do(self) -> None:
                url = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                if stand_in.closed:  # a connection that was kept from before
                    self.close_connection = True
                    return
                said = stand_in.answer(Asked(self.command, url.path, query, headers, body))
                time.sleep(said.after_s)
                self.send_response(said.status)
                for name, value in (("Content-Length", str(len(said.body))), *said.headers):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)

            do_GET = do_POST = do_PUT = do_DELETE = do  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def until(condition: Callable[[], object], what: str = "", within_s: float = PROMPT_S) -> None:
    """Wait until it is so, or fail."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {within_s:g} s: {what or condition}")
        time.sleep(0.01)


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    relay = StandIn()
    yield relay
    relay.close()
