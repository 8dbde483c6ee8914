"""Verdicts in the journal: every one is kept, also when it is no; a later one stands beside the earlier."""

from __future__ import annotations

from sqlalchemy import Connection, Row, bindparam, insert, select

from ovro_alert.relay.journal.tables import alerts, among, notices, verdicts
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.verdicts import Figure, Judgement, Verdict

ADD = insert(verdicts).returning(verdicts.c.id)
NEWEST_FIGURES = (
    select(verdicts.c.figures)
    .join(alerts, alerts.c.id == verdicts.c.alert_id)
    .join(notices, notices.c.id == verdicts.c.notice_id)
    .where(
        alerts.c.event == bindparam("event"),
        verdicts.c.scenario == bindparam("whose"),
        among(alerts.c.role, ("real", "injection")),  # a test of it says nothing of the event
        ~notices.c.history,  # of what an archive brought nobody was told
    )
    .order_by(verdicts.c.id.desc())
    .limit(1)
)


def add(txn: Txn, judgement: Judgement, alert_id: int, notice_id: int, commands: tuple[int, ...]) -> Verdict:
    """Write what a scenario thought of an alert, and which commands came of it."""
    seq = txn.next_seq()
    values = {
        "seq": seq,
        "alert_id": alert_id,
        "notice_id": notice_id,
        "scenario": judgement.scenario,
        "answer": judgement.answer,
        "summary": judgement.summary,
        "gates": [dict(gate) for gate in judgement.gates],
        "commands": list(commands),
        "figures": judgement.figures,
        "made": txn.now,
    }
    verdict = Verdict.model_construct(
        id=txn.connection.execute(ADD, values).scalar_one(),
        seq=seq,
        alert=alert_id,
        notice=notice_id,
        scenario=judgement.scenario,
        answer=judgement.answer,
        summary=judgement.summary,
        gates=judgement.gates,
        commands=commands,
        figures=judgement.figures,
        made=txn.now,
    )
    txn.changed("verdict", verdict, seq, waits=judgement.again is not None)
    return verdict


def of_alert(connection: Connection, alert_id: int) -> tuple[Verdict, ...]:
    """Return every verdict on an alert, oldest first."""
    rows = connection.execute(select(verdicts).where(verdicts.c.alert_id == alert_id).order_by(verdicts.c.id))
    return tuple(kept(row) for row in rows)


def newest_figures(connection: Connection, event: str, scenario: str) -> dict[str, Figure] | None:
    """Return the figures of a scenario's newest verdict on an event, what is history left out; None without one."""
    figures: dict[str, Figure] | None = connection.scalar(NEWEST_FIGURES, {"event": event, "whose": scenario})
    return figures


def kept(row: Row[tuple[object, ...]]) -> Verdict:
    """Return the verdict that a row holds."""
    return Verdict(
        id=row.id,
        seq=row.seq,
        alert=row.alert_id,
        notice=row.notice_id,
        scenario=row.scenario,
        answer=row.answer,
        summary=row.summary,
        gates=row.gates,
        commands=tuple(row.commands),
        figures=row.figures,
        made=row.made,
    )
