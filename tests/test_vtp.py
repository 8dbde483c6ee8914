"""The VOEvent Transport Protocol, against real Comet and against brokers that misbehave."""

from __future__ import annotations

import socket
import struct
import threading
import time

import pytest

from ovro_alert import vtp
from ovro_alert.errors import BrokerAwayError
from ovro_alert.times import SystemClock
from tests.comet import AUTHENTICATE, voevent

ACK = AUTHENTICATE.replace(b'"authenticate"', b'"ack"')
RETRACTION = voevent("retracted").replace(b"voe:VOEvent", b"VOEvent")


def framed(message):
    return struct.pack("!I", len(message)) + message


@pytest.fixture
def answer_with():
    """Return a function that answers one sender with these bytes, then hangs up after `stay_s`."""
    servers = []

    def serve(data, stay_s=0.0, read=True):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def once():
            connection, _ = server.accept()
            with connection:
                if read:
                    connection.recv(1 << 20)
                connection.sendall(data)
                stopping.wait(stay_s)

        threading.Thread(target=once, daemon=True).start()
        return server.getsockname()[1]

    stopping = threading.Event()
    yield serve
    stopping.set()
    for server in servers:
        server.close()


def send(port, message=b"<VOEvent/>", within_s=5.0):
    return vtp.send("127.0.0.1", port, message, SystemClock(), within_s)


def test_comet_acknowledges_a_voevent(comet_broker):
    assert comet_broker.submit(voevent("vtp-1")) == vtp.Reply("ack")


def test_comet_refuses_the_same_bytes_again_and_that_counts_as_taken(comet_broker):
    comet_broker.submit(voevent("vtp-2"))
    reply = comet_broker.submit(voevent("vtp-2"))
    assert reply.outcome == "nak"
    assert "Previously seen by this broker" in reply.reason
    assert reply.taken


def test_comet_refuses_what_breaks_the_schema_and_says_why(comet_broker):
    reply = comet_broker.submit(voevent("vtp-3").replace(b"Who>", b"Whoo>"))
    assert reply.outcome == "nak"
    assert "Whoo" in reply.reason
    assert not reply.taken


def test_comet_refuses_a_retraction_in_the_form_that_was_published(comet_broker):
    """Without its namespace; an author cannot send it, though a subscriber is given it."""
    assert comet_broker.submit(RETRACTION).outcome == "nak"


def test_comet_hangs_up_on_what_it_cannot_read(comet_broker):
    assert comet_broker.submit(b"not XML at all").outcome == "closed"


def test_a_message_that_no_broker_takes_is_not_sent(comet_broker):
    reply = comet_broker.submit(b"x" * 100_000)
    assert reply.outcome == "nak"
    assert "not sent" in reply.reason


def test_comet_hangs_up_on_a_message_over_its_limit(comet_broker, monkeypatch):
    monkeypatch.setattr(vtp, "MESSAGE_LIMIT_BYTES", 200_000)
    assert comet_broker.submit(b"x" * 100_000).outcome == "closed"


def test_nobody_there_means_that_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(BrokerAwayError, match="refused"):
        send(port)


def test_an_acknowledgement_in_pieces_is_one(answer_with):
    assert send(answer_with(framed(ACK))).outcome == "ack"


def test_a_broker_that_says_nothing_is_silent_and_not_waited_for(answer_with):
    begin = time.monotonic()
    assert send(answer_with(b"", stay_s=10), within_s=0.2).outcome == "silent"
    assert time.monotonic() - begin < 2


def test_half_a_reply_is_none(answer_with):
    assert send(answer_with(framed(ACK)[:-5], stay_s=10), within_s=0.2).outcome == "silent"
    assert send(answer_with(framed(ACK)[:-5])).outcome == "closed"
    assert send(answer_with(b"\x00\x00")).outcome == "closed"


def test_a_broker_that_does_not_read_is_not_waited_for(answer_with):
    reply = send(answer_with(b"", stay_s=10, read=False), b"x" * 99_999, within_s=0.3)
    assert reply.outcome == "silent"


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        struct.pack("!I", 1 << 31) + ACK,
        framed(b"<html/>"),
        framed(b"\xff\xfe"),
        framed(b""),
        framed(AUTHENTICATE),
        framed(ACK.replace(b"Transport", b"Transports")),
        framed(ACK.replace(b"?>", b"?><!DOCTYPE t [<!ENTITY a 'b'>]>")),
        framed(ACK.decode().encode("utf-16")),
        framed(b"<a>" * 20_000),
        framed(b"<a>" * 9_000 + b"</a>" * 9_000),
    ],
    ids=range(11),
)
def test_a_reply_that_is_none_is_garbled_and_never_an_acknowledgement(answer_with, reply):
    assert send(answer_with(reply)).outcome == "garbled"


def test_the_reason_is_one_line_of_bounded_length():
    reason = b"<Meta><Result>no\n  " + b"x" * 5000 + b"</Result></Meta></trn:Transport>"
    reply = vtp.read_reply(ACK.replace(b'"ack"', b'"nak"').replace(b"</trn:Transport>", reason))
    assert reply.outcome == "nak"
    assert reply.reason.startswith("no x")
    assert len(reply.reason) == vtp.REASON_LIMIT
