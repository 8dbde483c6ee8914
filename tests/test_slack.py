"""The Slack door, against a server that checks what it is sent."""

from __future__ import annotations

import json
import logging
import socket
from datetime import UTC, datetime

import pytest

from ovro_alert.accounts import SlackAccount
from ovro_alert.errors import CannotStartError, NeverToldError, TellLaterError
from ovro_alert.tellers import Posted
from ovro_alert.telling import direct_teller, teller_for
from ovro_alert.telling.log import LogTeller
from ovro_alert.telling.slack import SlackTeller
from tests.slack_server import (
    CHANNEL,
    ERROR_AFTER_ACCEPT,
    HTML_200,
    HTML_500,
    NAME,
    RESET,
    RESET_AFTER_ACCEPT,
    TOKEN,
    TOO_MANY,
    Fault,
    SlackServer,
    refusal,
)
from tests.tolds import ended, message, told

PERSON = "U012AB3CD"


@pytest.fixture
def slack(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = SlackServer()
    yield server
    server.close()


@pytest.fixture
def teller(slack):
    return SlackTeller(TOKEN, NAME, oncall=PERSON, base_url=slack.base_url, timeout_s=2)


def account(slack):
    return SlackAccount(token=TOKEN, channel=NAME, base_url=slack.base_url)


def made_now(**changes):
    return told(message=message(made=datetime.now(UTC), **changes))


def test_a_message_is_posted_with_its_text_and_says_where_it_stands(slack, teller):
    posted = teller.tell([told()])
    (post,) = slack.posts
    assert posted == Posted(CHANNEL, post["ts"])
    assert post["text"].startswith("REAL  CHIME repeater FRB 20180916B: OVRO-LWA beam commanded")
    assert post["unfurl_links"] is False
    assert post["unfurl_media"] is False
    assert post["parse"] == "none"
    assert "thread_ts" not in post
    assert "reply_broadcast" not in post


def test_what_follows_hangs_on_the_first_post(slack, teller):
    first = teller.tell([told()])
    teller.tell([ended("done")], thread=first)
    assert slack.posts[1]["thread_ts"] == first.ts
    assert slack.posts[1]["channel"] == CHANNEL
    assert "reply_broadcast" not in slack.posts[1]


def test_a_broadcast_reply_is_shown_in_the_channel_too(slack, teller):
    first = teller.tell([told()])
    teller.tell([told(message=message(subject="retraction", broadcast=True))], thread=first)
    assert slack.posts[1]["reply_broadcast"] is True


def test_a_broadcast_without_a_thread_is_an_ordinary_post(slack, teller):
    teller.tell([told(message=message(broadcast=True))])
    assert "reply_broadcast" not in slack.posts[0]


def test_a_thread_that_is_gone_does_not_silence_what_follows(slack, teller):
    teller.tell([ended("done")], thread=Posted(CHANNEL, "1.000001"))
    assert "thread_ts" not in slack.posts[0]


@pytest.mark.parametrize("oncall", [PERSON, f"<@{PERSON}>"])
def test_a_loud_message_names_who_is_on_call(slack, oncall):
    teller = SlackTeller(TOKEN, NAME, oncall=oncall, base_url=slack.base_url)
    teller.tell([told(message=message(level="loud"))])
    teller.tell([told()])
    assert slack.texts[0].endswith(f"\n<@{PERSON}>")
    assert "<@" not in slack.texts[1]


@pytest.mark.parametrize("oncall", ["somebody", "<script>", f"{PERSON} <!channel>"])
def test_a_wrong_oncall_is_said_at_the_start(oncall):
    with pytest.raises(CannotStartError, match=r"slack\.oncall"):
        SlackTeller(TOKEN, NAME, oncall=oncall)


def test_too_many_messages_are_tried_again_when_slack_says(slack, teller):
    slack.faults = [TOO_MANY]
    with pytest.raises(TellLaterError) as caught:
        teller.tell([told()])
    assert caught.value.after_s == 7
    assert not caught.value.unclear


@pytest.mark.parametrize("header", ["soon", "nan", "-5", "1e9"])
def test_a_senseless_retry_after_is_bounded(slack, teller, header):
    slack.faults = [Fault(429, b"{}", {"Retry-After": header})]
    with pytest.raises(TellLaterError) as caught:
        teller.tell([told()])
    assert 1 <= caught.value.after_s <= 3600


@pytest.mark.parametrize("fault", [HTML_500, HTML_200, RESET, RESET_AFTER_ACCEPT, ERROR_AFTER_ACCEPT])
def test_an_answer_that_leaves_it_open_is_tried_again_after_a_look(slack, teller, fault):
    slack.faults = [fault]
    with pytest.raises(TellLaterError) as caught:
        teller.tell([told()])
    assert caught.value.unclear


@pytest.mark.parametrize("body", [b"[]", b"null", b'"ok"', b"\xff\xfe", b"", b'{"ok":1e999', b"{}"])
def test_no_answer_breaks_the_door(slack, teller, body):
    slack.faults = [Fault(200, body or b" ")]
    with pytest.raises((TellLaterError, NeverToldError)):
        teller.tell([told()])


def test_a_slow_slack_is_given_up_in_time(slack):
    slack.faults = [Fault(wait_s=3, status=200)]
    with pytest.raises(TellLaterError) as caught:
        SlackTeller(TOKEN, NAME, base_url=slack.base_url, timeout_s=1).tell([told()])
    assert caught.value.unclear


def test_a_slack_that_is_not_there_was_certainly_not_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/api/"
    with pytest.raises(TellLaterError) as caught:
        SlackTeller(TOKEN, NAME, base_url=url).tell([told()])
    assert not caught.value.unclear


@pytest.mark.parametrize("word", ["not_in_channel", "msg_too_long", "something_new"])
def test_a_refusal_carries_slacks_own_word(slack, teller, word):
    slack.faults = [refusal(word)]
    with pytest.raises(NeverToldError, match=word):
        teller.tell([told()])


def test_an_unknown_channel_says_which_setting_to_look_at(slack):
    with pytest.raises(NeverToldError, match=r"channel_not_found .*slack\.channel"):
        SlackTeller(TOKEN, "elsewhere", base_url=slack.base_url).tell([told()])


def test_a_wrong_token_is_refused_and_never_shown(slack, caplog):
    caplog.set_level(logging.DEBUG)
    teller = SlackTeller("xoxb-wrong-secret", NAME, base_url=slack.base_url)
    with pytest.raises(NeverToldError, match="invalid_auth") as caught:
        teller.tell([told()])
    shown = caplog.text + repr(teller) + str(caught.value) + repr(caught.value)
    assert "xoxb-wrong-secret" not in shown


def test_a_post_whose_answer_was_lost_is_found_again(slack, teller):
    one = made_now()
    teller.tell([told()])
    slack.faults = [RESET_AFTER_ACCEPT]
    with pytest.raises(TellLaterError):
        teller.tell([one])
    assert teller.find([one]) == {5: Posted(CHANNEL, slack.posts[-1]["ts"])}


def test_a_reply_whose_answer_was_lost_is_found_in_its_thread(slack, teller):
    first = teller.tell([made_now(id=4)])
    one = made_now(id=6)
    slack.faults = [ERROR_AFTER_ACCEPT]
    with pytest.raises(TellLaterError):
        teller.tell([one], thread=first)
    assert teller.find([one], thread=first)[6].ts == slack.posts[-1]["ts"]


def test_a_post_that_never_came_is_not_found(slack, teller):
    teller.tell([made_now(id=4)])
    assert teller.find([made_now(id=6)]) == {}


def test_another_relays_message_of_the_same_id_is_not_ours(slack, teller):
    teller.tell([told(message=message(made=datetime(2026, 1, 1, tzinfo=UTC)))])
    assert teller.find([made_now()]) == {}


def test_our_message_is_found_behind_many_others(slack, teller):
    one = made_now()
    teller.tell([one])
    with slack.lock:
        slack.posts += [{"ts": f"{9e9 + n:.6f}", "text": "lunch?", "channel": CHANNEL} for n in range(450)]
    assert list(teller.find([one])) == [5]
    assert len(slack.asked("conversations.history")) == 3


def test_each_message_of_a_collection_is_found_again(slack, teller):
    three = [made_now(id=n) for n in (6, 7, 8)]
    teller.tell(three)
    assert set(teller.find([*three, made_now(id=9)])) == {6, 7, 8}


def test_without_leave_to_look_nothing_is_found_and_nothing_breaks(slack, teller):
    teller.tell([made_now()])
    slack.may_read = False
    assert teller.find([made_now()]) == {}


def test_before_the_channels_id_is_known_nothing_is_asked(slack, teller):
    assert teller.find([made_now()]) == {}
    assert slack.requests == []


def test_looking_that_fails_for_now_is_no_answer(slack, teller):
    teller.tell([made_now()])
    slack.faults = [Fault(500, b"<html>", method="conversations.history")]
    with pytest.raises(TellLaterError):
        teller.find([made_now()])


def test_several_messages_make_one_post(slack, teller):
    teller.tell([told(message=message(id=n)) for n in (6, 7, 8)])
    (post,) = slack.posts
    assert post["text"].startswith("REAL  CHIME: 3 more in the last hour\n")
    assert post["text"].count("FRB 20180916B") == 3
    assert json.dumps(post["metadata"]).count("@2026") == 3


def test_without_a_token_the_log_is_told(caplog):
    caplog.set_level(logging.INFO)
    teller = teller_for(SlackAccount())
    assert isinstance(teller, LogTeller)
    assert teller.tell([told()]) == Posted("log", None)
    assert "REAL  CHIME repeater FRB 20180916B" in caplog.text


def test_with_a_token_slack_is_told(slack):
    teller_for(account(slack)).tell([told()])
    assert len(slack.posts) == 1


# ── what receivers and clients tell by themselves ──


def test_a_receiver_tells_without_waiting_for_slack(slack):
    slack.faults = [Fault(wait_s=0.3, status=500, body=b"<html>")]
    tell = direct_teller(account(slack))
    tell("chime_alert.py: the relay has not answered for 60 s <!channel>")
    assert slack.posts == []
    assert slack.posted.wait(10)
    assert slack.texts == ["REAL  chime_alert.py: the relay has not answered for 60 s &lt;!channel&gt;"]


def test_a_full_queue_is_logged_and_nobody_waits(slack, caplog):
    slack.broken = Fault(wait_s=0.5, status=500, body=b"<html>")
    tell = direct_teller(account(slack))
    for n in range(150):
        tell(f"sentence {n}")
    assert "sentence 149" in caplog.text
    assert "wait already" in caplog.text
    tell.close(0)


def test_a_refusal_is_logged_and_the_next_sentence_is_told(slack, caplog):
    slack.faults = [refusal("msg_too_long")]
    tell = direct_teller(account(slack))
    tell("first")
    tell("second")
    assert slack.posted.wait(10)
    assert slack.texts == ["REAL  second"]
    assert "msg_too_long" in caplog.text


def test_at_the_end_what_waits_is_given_a_last_chance(slack):
    tell = direct_teller(account(slack), first_word="SIMULATED")
    tell("lwa_alert.py ends: the ledger is locked by another")
    tell.close()
    assert slack.texts == ["SIMULATED  lwa_alert.py ends: the ledger is locked by another"]


def test_without_a_token_direct_telling_only_logs(caplog):
    direct_teller(SlackAccount())("the relay has not answered for 60 s")
    assert "the relay has not answered for 60 s" in caplog.text
