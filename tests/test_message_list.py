"""Messages are listed by state and event, newest first, page by page."""

from __future__ import annotations

import pytest

from ovro_alert.messages import MessageDraft
from ovro_alert.relay.journal import messages
from tests.entries import written


@pytest.fixture(scope="module")
def listed(relay_of_module):
    for number in range(5):
        draft = MessageDraft(subject="trouble", level="quiet", event=f"chime:{number % 2}", facts={"n": number})
        written(relay_of_module, lambda txn, one=draft: messages.add(txn, one))

    def search(**query):
        answer = relay_of_module.http.get("/messages", params=query)
        assert answer.status_code == 200, answer.text
        return [one["facts"]["n"] for one in answer.json()]

    return search


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [4, 3, 2, 1, 0]),
        ({"state": "quiet"}, [4, 3, 2, 1, 0]),
        ({"state": "unsent"}, []),
        ({"event": "chime:1"}, [3, 1]),
        ({"limit": 2}, [4, 3]),
        ({"limit": 2, "before": 4}, [2, 1]),
    ],
)
def test_messages_are_found(listed, query, numbers):
    assert listed(**query) == numbers


@pytest.mark.parametrize("query", [{"state": "loud"}, {"limit": 0}, {"before": "x"}, {"event": "x" * 201}])
def test_what_is_wrong_with_the_question_is_422(relay_of_module, query):
    assert relay_of_module.http.get("/messages", params=query).status_code == 422
