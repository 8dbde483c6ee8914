"""What commands are called on the seed paths by those who set them: old names and arguments made into ours."""

from __future__ import annotations

from typing import Any, NamedTuple

from ovro_alert.actions import TELESCOPES
from ovro_alert.errors import UnprocessableError
from ovro_alert.observatory import K_S_MHZ2, VOLTAGE_TUNINGS

SPECTRA_PER_S = 196e6 / 8192
"""Spectra that the OVRO-LWA voltage buffer takes in a second: sampling rate over channels (ovro-lwa/lwa-x-engine)."""
TAIL_S = 23.3
"""Recorded after a burst has left the band: 10 s, and 3 σ of a DM that is good to 2 pc/cm³."""
LONGEST_S, SHORTEST_S = 3600.0, 30.0

DISCOVERY_NAMES = ("observation", "test")


class Meaning(NamedTuple):
    """An action of ours with its arguments."""

    action: str
    args: dict[str, Any]


def is_discovery(telescope: str, command: str, args: dict[str, Any]) -> bool:
    """Whether this is DSA-110 saying what it found, and not somebody telling it what to do."""
    return telescope == "dsa" and command in DISCOVERY_NAMES and {"mjds", "dm"} <= args.keys()


def meaning(telescope: str, command: str, args: dict[str, Any]) -> Meaning:
    """Return what is meant; what cannot be is UnprocessableError."""
    if command == "test":
        return Meaning("test", {})
    if telescope == "lwa" and command == "observation":
        return _observation(args)
    if telescope == "lwa" and command == "trigger":
        return Meaning("dump", _dump(args) if "duration_s" not in args else args)
    if command in TELESCOPES[telescope].actions:
        return Meaning(command, args)
    if telescope == "dsa" and command in DISCOVERY_NAMES:
        raise UnprocessableError("args: an observation on dsa is a discovery of DSA-110, which needs mjds and dm")
    known = [*TELESCOPES[telescope].actions, *(("observation", "trigger") if telescope == "lwa" else ())]
    raise UnprocessableError(f"command: {telescope} knows no {command!r:.80}; it knows {', '.join(known)}")


def _observation(args: dict[str, Any]) -> Meaning:
    if args.get("position") is not None:
        return Meaning("beam", _beam(args))
    return Meaning("dump", _dump(args))


def _beam(args: dict[str, Any]) -> dict[str, Any]:
    ra_deg, dec_deg = _position(args["position"])
    beam: dict[str, Any] = {"ra_deg": ra_deg, "dec_deg": dec_deg}
    if args.get("dm") is not None:
        beam["dm_pc_cm3"] = _number("dm", args["dm"])
    if args.get("duration") is not None:
        return {**beam, "duration_s": _number("duration", args["duration"])}
    if "dm_pc_cm3" not in beam:
        raise UnprocessableError("args: an observation at a position needs duration (s) or dm (pc/cm3)")
    sweep_s = K_S_MHZ2 * beam["dm_pc_cm3"] / VOLTAGE_TUNINGS[0].bottom_mhz ** 2
    return {**beam, "duration_s": min(max(sweep_s + TAIL_S, SHORTEST_S), LONGEST_S)}


def _dump(args: dict[str, Any]) -> dict[str, Any]:
    if args.get("nsamp") is not None:
        return {"duration_s": _number("nsamp", args["nsamp"]) / SPECTRA_PER_S}
    if args.get("duration") is not None:
        return {"duration_s": _number("duration", args["duration"])}
    raise UnprocessableError("args: needs position with duration or dm (a beam), or nsamp or duration (a dump)")


def _position(text: object) -> tuple[float, float]:
    parts = str(text).split(",")
    if len(parts) not in (2, 3):
        raise UnprocessableError(f"args.position: 'ra,dec' or 'ra,dec,err' in degrees, not {text!r:.80}")
    ra_deg, dec_deg = (_number("position", part) for part in parts[:2])
    if ra_deg == 0 and dec_deg == 0:
        raise UnprocessableError("args.position: (0, 0) is how senders write that there is none")
    return ra_deg, dec_deg


def _number(name: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        raise UnprocessableError(f"args.{name}: not a number: {value!r:.80}") from None
    # NaN and infinities are left to the model of the arguments, which refuses them
    return number
