"""Everything that can go wrong, one tree: each error owns its code, its HTTP status and what to do next.

The relay answers with `status` and a problem document; a sender or client looks only at the class.
"""

from __future__ import annotations

from typing import ClassVar


class AlertError(Exception):
    """Root of the tree. The text says what happened, to what, and what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something broke in ovro-alert"

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.args) or self.title


class CannotStartError(AlertError):
    """A process cannot begin its work; the text is the one line that it leaves behind."""

    code = "cannot-start"
    title = "Cannot start"


# ── what a reader says of bytes ──


class UnreadableNoticeError(AlertError):
    """The bytes are not what their stream should carry; kept, shown and told, never lost."""

    code = "unreadable"
    title = "The notice cannot be read"


# ── the relay's answers ──


class MissingKeyError(AlertError):
    """No key, or one that nobody has."""

    code, status, title = "missing-key", 401, "A key is needed: Authorization: Bearer KEY"


class WrongScopeError(AlertError):
    """A good key that does not open this door."""

    code, status, title = "wrong-scope", 403, "This key does not open this door"


class WrongMovesError(AlertError):
    """In production only what moves the telescope may claim."""

    code, status, title = "wrong-moves", 403, "Only a client that moves the telescope may claim in production"


class NotFoundError(AlertError):
    """Unknown telescope, stream or id."""

    code, status, title = "not-found", 404, "There is no such thing here"


class ConflictError(AlertError):
    """Somebody else has it, or it has already gone another way: do nothing."""

    code, status, title = "conflict", 409, "Somebody else has it: do nothing"


class OvertakenError(ConflictError):
    """What a decision was made from has changed before it was written: decide again."""

    code, title = "overtaken", "Decide again: something has changed"


class TooLateError(AlertError):
    """Past its deadline, or ended: it must not be begun."""

    code, status, title = "too-late", 410, "Too late: it must not be begun"


class TooLargeError(AlertError):
    """A body over its limit."""

    code, status, title = "too-large", 413, "The body is too large"


class UnprocessableError(AlertError):
    """Understood, and refused: the text says which field and why."""

    code, status, title = "unprocessable", 422, "The request cannot be carried out as it is written"


class UnavailableError(AlertError):
    """The relay cannot do it now: keep it, and try again."""

    code, status, title = "unavailable", 503, "Not now: keep it and try again"


class JournalFullError(AlertError):
    """No room on the disk: nothing was written; keep it, and try again when there is room."""

    code, status, title = "journal-full", 507, "The journal's disk is full: keep it and try again"


# ── what a sender or client meets ──


class RelayAwayError(AlertError):
    """No answer, or one that passes: keep what you have and try again."""

    code = "relay-away"
    title = "The relay cannot be reached or says: not now"


class RelayRefusedError(AlertError):
    """The relay will never take this: set it aside, tell, go on with the next."""

    code = "relay-refused"
    title = "The relay refuses this for good"


class CannotKeepError(AlertError):
    """The disk did not take it: whoever handed it over must not think that we have it."""

    code = "cannot-keep"
    title = "Cannot be kept: the disk did not take it"


class BrokerAwayError(AlertError):
    """No connection to a broker of notices: nothing was sent, so it may be tried again."""

    code = "broker-away"
    title = "The broker cannot be reached; nothing was sent"


# ── what a telescope's door says ──


class TelescopeRefusedError(AlertError):
    """The telescope was asked and said no; nothing moved."""

    code = "telescope-refused"
    title = "The telescope refuses"


class TelescopeFailedError(AlertError):
    """The telescope was told and what came of it is bad, or not known."""

    code = "telescope-failed"
    title = "The telescope failed"


# ── what a listener's door says ──


class TellLaterError(AlertError):
    """Not told now: try again, after `after_s` seconds if the listener named them.

    `unclear` when it may have been told all the same: look for it before it is told again.
    """

    code = "tell-later"
    title = "Nobody could be told now; it will be tried again"

    def __init__(self, *args: object, after_s: float | None = None, unclear: bool = False) -> None:
        super().__init__(*args)
        self.after_s = after_s
        self.unclear = unclear


class NeverToldError(AlertError):
    """The listener refuses it, in this form or with these settings: show it as unsent, and say why."""

    code = "never-told"
    title = "The listener refuses the message"
