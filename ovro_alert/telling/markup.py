"""Plain text made safe for Slack: nothing in it can be a link, a mention, a channel-wide call or formatting.

Slack reads three characters as control sequences (&, <, >), four as formatting, `:word:` as an emoji.
"""

from __future__ import annotations

import re

from ovro_alert.errors import CannotStartError

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "~": "∼", "`": "ˋ"})

# inside a word Slack leaves an underscore alone, and names of files and IVORNs should stay as they are
LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
EMOJI = re.compile(r":(?=[\w+'-]*[a-z][\w+'-]*:)", re.IGNORECASE)
EVERYBODY = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)

PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
GROUP = re.compile(r"S[A-Z0-9]{2,}")
WRITTEN = re.compile(r"<(@[UW][A-Z0-9]{2,}|!subteam\^S[A-Z0-9]{2,}|!here|!channel)>")


def escaped(text: str) -> str:
    """Return text that Slack shows as it is."""
    text = LOOSE_UNDERSCORE.sub(lambda found: "ˍ" * len(found[0]), text)
    return EVERYBODY.sub("＠", EMOJI.sub("꞉", text)).translate(ESCAPES)


def mention(oncall: str) -> str:
    """Return how Slack writes the person or group on call; `oncall` comes from the settings alone."""
    oncall = oncall.strip()
    if not oncall or WRITTEN.fullmatch(oncall):
        return oncall
    if PERSON.fullmatch(oncall):
        return f"<@{oncall}>"
    if GROUP.fullmatch(oncall):
        return f"<!subteam^{oncall}>"
    message = f"slack.oncall is no person of Slack: {oncall!r}; set a member id, for instance U012AB3CD"
    raise CannotStartError(message)
