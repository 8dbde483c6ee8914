"""What Swift is asked about a burst of DSA-110: what T3 thinks of it, and what the VOEvent says."""

from __future__ import annotations

from ovro_alert.commands import WAITING, Command
from ovro_alert.tellers import Told
from ovro_alert.telling.words.detection import detection
from ovro_alert.telling.words.figures import date, joined, length, moment, number, quantity
from ovro_alert.telling.words.heading import asked, concerned
from ovro_alert.telling.words.plain import plain
from ovro_alert.verdicts import Figure, Verdict

KINDS = {"detection": "VOEvent", "update": "VOEvent with a better position", "retraction": "VOEvent that takes it back"}


def guano(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines: what was seen, what T3 says of it and where it was; what goes to Swift, and until when."""
    figures = verdict.figures
    return [
        detection(told),
        joined(_classified(figures), _where(figures), by=". "),
        *[_voevent(figures, command) for command in concerned(told) if command.action == "guano"],
    ]


def taken_back(command: Command) -> str:
    """Say of a request whose burst is none after all what becomes of it; a VOEvent cannot be called back."""
    name = f"{asked(command)} {command.id}"
    if command.args.get("kind") == "retraction":
        if command.state in WAITING:
            return f"{name}: a VOEvent that takes it back goes out, by {date(command.deadline)} at the latest"
        return f"{name}: the VOEvent that takes it back, {command.state}"
    if command.state in ("acting", "done"):
        return f"{name} is out: only a VOEvent that cites it can take it back"
    return f"{name}: {command.state}"


def _classified(figures: dict[str, Figure]) -> str | None:
    p, width = quantity(figures.get("probability"), ".3f"), quantity(figures.get("width_ms"), ".2f", " ms")
    return joined(plain(figures.get("stage") or "T3"), p and f"p = {p}", width and f"width {width}", _arms(figures))


def _arms(figures: dict[str, Figure]) -> str | None:
    both = figures.get("both_arms")
    return None if both is None else "in both arms" if both else "in one arm alone"


def _where(figures: dict[str, Figure]) -> str | None:
    ra, dec = quantity(figures.get("ra_deg"), ".3f"), quantity(figures.get("dec_deg"), "+.3f")
    error = quantity(figures.get("error_deg"), ".3f", "°")
    return joined(ra and dec and f"RA {ra} Dec {dec}", error and f"error {error}")


def _voevent(figures: dict[str, Figure], command: Command) -> str | None:
    host, at = figures.get("host"), moment(figures.get("gamma_rays_at"))
    kind = KINDS.get(str(command.args.get("kind")), KINDS["detection"])
    age_s, late_s = number(figures.get("age_s")), number(figures.get("late_s"))
    cites = command.args.get("cites")
    late = age_s is not None and late_s is not None and age_s > late_s and not cites
    return joined(
        f"{kind} for {plain(host)}" if host else kind,
        None if at is None else f"gamma rays at {date(at)} (infinite frequency)",
        length(age_s) and f"{length(age_s)} after the burst",
        "late: data may be gone" if late else None,
        f"cites {plain(cites)}" if cites else None,
        f"latest {date(command.deadline)}",
    )
