"""A load of our own making: prepared requests over kept-alive connections, as fast as one core can send them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

HEAD_END = b"\r\n\r\n"


def request(method: str, path: str, key: str, body: bytes = b"", content_type: str = "application/json") -> bytes:
    """Return one HTTP/1.1 request as bytes."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """Sends one request after the other; each answer's status and body are noted."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[None]) -> None:
        self.requests = requests
        self.done = done
        self.buffer = bytearray()
        self.statuses: list[int] = []
        self.bodies: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def _next(self) -> None:
        one = next(self.requests, None)
        if one is not None:
            self.transport.write(one)
            return
        self.transport.close()
        if not self.done.done():
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(HEAD_END)
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        at = head.index(b"content-length:") + 15
        length = int(head[at : (head + b"\r\n").index(b"\r\n", at)])
        if len(self.buffer) < end + 4 + length:
            return
        self.statuses.append(int(head[9:12]))
        self.bodies.append(bytes(self.buffer[end + 4 : end + 4 + length]))
        del self.buffer[: end + 4 + length]
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))


async def flood(port: int, requests: list[bytes], in_flight: int) -> tuple[float, list[int]]:
    """Send all requests with so many in flight; return requests per second and the statuses."""
    loop = asyncio.get_running_loop()
    shared = iter(requests)
    began = time.perf_counter()
    connections = []
    for _ in range(in_flight):
        done: asyncio.Future[None] = loop.create_future()
        _, connection = await loop.create_connection(lambda done=done: Connection(shared, done), "127.0.0.1", port)
        connections.append(connection)
    await asyncio.gather(*(connection.done for connection in connections))
    took = time.perf_counter() - began
    statuses = [status for connection in connections for status in connection.statuses]
    return len(requests) / took, statuses
