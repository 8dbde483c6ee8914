"""Slack: one thread per event, and our own messages known again by the metadata that they carry."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from ovro_alert.errors import NeverToldError
from ovro_alert.tellers import Posted, Told
from ovro_alert.telling.markup import escaped, mention
from ovro_alert.telling.slack_api import SLACK_URL, TIMEOUT_S, RefusedError, call, web_client
from ovro_alert.telling.words import collected, words
from ovro_alert.times import iso

log = logging.getLogger(__name__)

EVENT_TYPE = "ovro_alert_message"
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,}")
THREAD_GONE = frozenset({"thread_not_found", "cannot_reply_to_message", "channel_not_found", "is_archived"})
LOOK_BACK = timedelta(minutes=10)
PAGES, PAGE = 5, 200


class SlackTeller:
    """The Slack door. `channel` is a name or an id, `oncall` the member that loud messages name."""

    name = "slack"

    def __init__(
        self,
        token: str,
        channel: str,
        oncall: str = "",
        base_url: str = SLACK_URL,
        timeout_s: int = TIMEOUT_S,
    ) -> None:
        self.channel = channel
        self.mention = mention(oncall)
        self.client = web_client(token, base_url, timeout_s)
        self.channel_id = channel if CHANNEL_ID.fullmatch(channel) else None

    def tell(self, tolds: Sequence[Told], thread: Posted | None = None) -> Posted:
        """Post one message, or several as one."""
        text = escaped(words(tolds[0]) if len(tolds) == 1 else collected(tolds))
        if self.mention and any(told.message.level == "loud" for told in tolds):
            text = f"{text}\n{self.mention}"
        broadcast = any(told.message.broadcast for told in tolds)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"messages": ",".join(map(key, tolds))}}
        if thread is not None and thread.ts is not None:
            try:
                return self._post(text, metadata, thread, broadcast=broadcast)
            except RefusedError as error:
                if error.word not in THREAD_GONE:
                    raise
                log.warning("the thread of %s is gone (%s): posted to the channel", key(tolds[0]), error.word)
        return self._post(text, metadata)

    def _post(
        self, text: str, metadata: dict[str, Any], thread: Posted | None = None, *, broadcast: bool = False
    ) -> Posted:
        answer = call(
            lambda: self.client.chat_postMessage(
                channel=(thread.channel if thread is not None else None) or self.channel,
                text=text,
                thread_ts=thread.ts if thread is not None else None,
                reply_broadcast=True if broadcast and thread is not None else None,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                parse="none",
            )
        )
        thread_ts = thread.ts if thread is not None else None
        posted = Posted(_word(answer.get("channel")), _word(answer.get("ts")), thread_ts)
        if thread is None:
            self.channel_id = posted.channel or self.channel_id
        return posted

    def find(self, tolds: Sequence[Told], thread: Posted | None = None) -> dict[int, Posted]:
        """Look through the thread or the channel for messages that carry our metadata."""
        channel = (thread.channel if thread is not None else None) or self.channel_id
        if channel is None:
            return {}
        wanted = {key(told): told.message.id for told in tolds}
        since = min(told.message.made for told in tolds) - LOOK_BACK
        found: dict[int, Posted] = {}
        thread_ts = thread.ts if thread is not None else None
        try:
            for message in self._messages(channel, thread_ts, since.timestamp()):
                for one in wanted.keys() & _keys(message):
                    found[wanted[one]] = Posted(channel, _word(message.get("ts")), thread_ts)
        except NeverToldError as error:
            log.info("Slack does not let us look for our own messages, so one may come twice: %s", error)
        return found

    def _messages(self, channel: str, thread_ts: str | None, oldest: float) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        for _ in range(PAGES):
            answer = call(lambda at=cursor: self._page(channel, thread_ts, oldest, at))  # type: ignore[misc]
            messages = answer.get("messages")
            yield from (one for one in messages if isinstance(one, dict)) if isinstance(messages, list) else ()
            more = answer.get("response_metadata")
            cursor = _word(more.get("next_cursor")) if isinstance(more, dict) else None
            if not cursor:
                return

    def _page(self, channel: str, thread_ts: str | None, oldest: float, cursor: str | None) -> Any:  # noqa: ANN401
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest:.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
            **({"cursor": cursor} if cursor else {}),
        }
        if thread_ts is not None:
            return self.client.conversations_replies(ts=thread_ts, **asked)
        return self.client.conversations_history(**asked)


def key(told: Told) -> str:
    """Return what knows a message again: its id and when it was made, for two relays may share a channel."""
    return f"{told.message.id}@{iso(told.message.made)}"


def _keys(message: dict[str, Any]) -> set[str]:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return set()
    payload = metadata.get("event_payload")
    return set(str(payload.get("messages", "")).split(",")) if isinstance(payload, dict) else set()


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
