"""Slack on loopback: takes what Slack takes, refuses what Slack refuses, and breaks on request."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "xoxb-1-the-secret"
NAME, CHANNEL = "ovro-alert", "C0ALERTS1"
LIMIT = 40_000
FORMS = {"chat.postMessage": "application/json;charset=utf-8"}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Fault:
    """What goes wrong with one request: a status with its body, `accept` the message first, or end the connection."""

    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    accept: bool = False
    reset: bool = False
    wait_s: float = 0.0
    method: str = "chat.postMessage"


TOO_MANY = Fault(429, b'{"ok":false,"error":"ratelimited"}', {"Retry-After": "7"})
HTML_500 = Fault(500, b"<html>Server Error</html>")
HTML_200 = Fault(200, b"<html>log in to the hotel's network</html>")
RESET = Fault(reset=True)
RESET_AFTER_ACCEPT = Fault(reset=True, accept=True)
ERROR_AFTER_ACCEPT = Fault(503, b'{"ok":false,"error":"service_unavailable"}', accept=True)


def refusal(word: str, method: str = "chat.postMessage") -> Fault:
    return Fault(body=json.dumps({"ok": False, "error": word}).encode(), method=method)


class SlackServer:
    """One workspace with one channel; `posts` are the messages in it, `requests` everything that was asked."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[Fault] = []
        self.broken: Fault | None = None
        self.may_read = True
        self.channels = {NAME: CHANNEL, f"#{NAME}": CHANNEL, CHANNEL: CHANNEL}
        self.lock = threading.Lock()
        self.posted = threading.Event()
        self.server = Workspace(self)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/api/"

    @property
    def texts(self) -> list[str]:
        with self.lock:
            return [post["text"] for post in self.posts]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def asked(self, method: str) -> list[dict[str, Any]]:
        with self.lock:
            return [arguments for name, arguments in self.requests if name == method]

    def next_fault(self, method: str) -> Fault | None:
        with self.lock:
            first = next((fault for fault in self.faults if fault.method == method), None)
            if first is not None:
                self.faults.remove(first)
                return first
            return self.broken if self.broken is not None and self.broken.method == method else None

    def answer(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            if method == "chat.postMessage":
                return self._post(asked)
            if method in ("conversations.history", "conversations.replies"):
                return self._read(method, asked)
        return {"ok": False, "error": "unknown_method"}

    def _post(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self.channels.get(asked.get("channel", ""))
        if channel is None:
            return {"ok": False, "error": "channel_not_found"}
        if not asked.get("text"):
            return {"ok": False, "error": "no_text"}
        if len(asked["text"]) > LIMIT:
            return {"ok": False, "error": "msg_too_long"}
        thread = asked.get("thread_ts")
        if thread is not None and thread not in {post["ts"] for post in self.posts}:
            return {"ok": False, "error": "thread_not_found"}
        if asked.get("reply_broadcast") and thread is None:
            return {"ok": False, "error": "invalid_arguments"}
        ts = f"{time.time():.0f}.{len(self.posts) + 1:06d}"
        self.posts.append({**asked, "ts": ts, "channel": channel})
        self.posted.set()
        return {"ok": True, "channel": channel, "ts": ts, "message": {"text": asked["text"]}}

    def _read(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        if not self.may_read:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        if asked.get("channel") not in self.channels.values():  # a name is not enough here
            return {"ok": False, "error": "channel_not_found"}
        thread = asked.get("ts") if method == "conversations.replies" else None
        wanted = [
            {key: post[key] for key in ("ts", "text", "metadata", "thread_ts") if key in post}
            for post in self.posts
            if float(post["ts"]) >= float(asked.get("oldest", 0))
            and (thread in (post["ts"], post.get("thread_ts")) if thread else self._in_channel(post))
        ]
        if asked.get("include_all_metadata") != "1":
            wanted = [{key: value for key, value in post.items() if key != "metadata"} for post in wanted]
        start, size = int(asked.get("cursor") or 0), min(int(asked.get("limit", 100)), 999)
        rest = start + size < len(wanted)
        return {
            "ok": True,
            "messages": wanted[::-1][start : start + size],
            "response_metadata": {"next_cursor": str(start + size) if rest else ""},
        }

    @staticmethod
    def _in_channel(post: dict[str, Any]) -> bool:
        return "thread_ts" not in post or bool(post.get("reply_broadcast"))


class Workspace(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, slack: SlackServer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.slack = slack


class Handler(BaseHTTPRequestHandler):
    server: Workspace

    def do_POST(self) -> None:
        method = self.path.removeprefix("/api/")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.slack.next_fault(method)
        if fault is not None and not fault.accept:
            self.fail(fault)
            return
        reply = self.refused(method) or self.server.slack.answer(method, self.note(method, body))
        if fault is not None:
            self.fail(fault)
            return
        self.send(200, json.dumps(reply).encode(), {"Content-Type": "application/json; charset=utf-8"})

    def refused(self, method: str) -> dict[str, Any] | None:
        if not re.fullmatch(r"Bearer \S+", self.headers.get("Authorization", "")):
            return {"ok": False, "error": "not_authed"}
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return {"ok": False, "error": "invalid_auth"}
        if self.headers.get("Content-Type") != FORMS.get(method, FORM):
            return {"ok": False, "error": "invalid_post_type"}
        return None

    def note(self, method: str, body: bytes) -> dict[str, Any]:
        asked = json.loads(body) if FORMS.get(method) else dict(parse_qsl(body.decode()))
        with self.server.slack.lock:
            self.server.slack.requests.append((method, asked))
        return asked

    def fail(self, fault: Fault) -> None:
        time.sleep(fault.wait_s)
        if fault.reset:  # RST, not FIN: the client sees "connection reset by peer"
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        self.send(fault.status, fault.body or b'{"ok":true}', {"Content-Type": "text/html", **fault.headers})

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # the client went away
            super().finish()

    def log_message(self, *args: object) -> None:
        pass
