"""What a receiver or client tells people itself, when the relay cannot be reached."""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time

from ovro_alert.errors import NeverToldError, TellLaterError
from ovro_alert.telling.markup import escaped
from ovro_alert.telling.slack_api import SLACK_URL, TIMEOUT_S, call, web_client
from ovro_alert.telling.words import TEXT_LIMIT
from ovro_alert.telling.words.heading import FirstWord
from ovro_alert.telling.words.plain import plain

log = logging.getLogger(__name__)

WAITING = 100
TRIES = 5
LONGEST_WAIT_S = 60.0
AT_EXIT_S = 2.0


class DirectTeller:
    """Call it with a sentence: it is logged at once and posted by a thread of its own; never blocks, never raises."""

    def __init__(
        self, token: str | None, channel: str, base_url: str = SLACK_URL, first_word: FirstWord = "REAL"
    ) -> None:
        self.channel = channel
        self.first_word = first_word
        self.client = web_client(token, base_url, TIMEOUT_S) if token else None
        self.sentences: queue.Queue[str] = queue.Queue(WAITING)
        self.closing = threading.Event()
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()

    def __call__(self, text: str) -> None:
        """Tell people."""
        log.warning("%s", text)
        if self.client is None or self.closing.is_set():
            return
        try:
            self.sentences.put_nowait(f"{self.first_word}  {plain(text, TEXT_LIMIT)}")
            self._start()
        except queue.Full:
            log.error("not told on Slack, %d sentences wait already: %s", WAITING, text)  # noqa: TRY400
        except RuntimeError as error:
            log.error("not told on Slack, no thread for it (%s): %s", error, text)  # noqa: TRY400

    def close(self, wait_s: float = AT_EXIT_S) -> None:
        """Give what waits a last chance; called at the end of the process by itself."""
        deadline = time.monotonic() + wait_s
        while self.sentences.unfinished_tasks and time.monotonic() < deadline and not self.closing.wait(0.02):
            pass
        self.closing.set()

    def _start(self) -> None:
        with self.starting:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="direct-teller", daemon=True)
                self.thread.start()
                atexit.register(self.close)

    def _run(self) -> None:
        while not self.closing.is_set():
            text = self.sentences.get()
            try:
                self._tell(text)
            except Exception:
                log.exception("not told on Slack: %s", text)
            finally:
                self.sentences.task_done()

    def _tell(self, text: str) -> None:
        for attempt in range(TRIES):
            try:
                self._post(text)
            except NeverToldError as error:
                log.error("not told on Slack (%s): %s", error, text)  # noqa: TRY400 - the sentence says it all
                return
            except TellLaterError as error:
                log.warning("not told on Slack yet: %s", error)
                self.closing.wait(min(error.after_s or 2.0**attempt, LONGEST_WAIT_S))
            else:
                return
        log.error("not told on Slack after %d tries: %s", TRIES, text)

    def _post(self, text: str) -> None:
        client = self.client
        if client is not None:
            call(
                lambda: client.chat_postMessage(
                    channel=self.channel, text=escaped(text), unfurl_links=False, unfurl_media=False, parse="none"
                )
            )
