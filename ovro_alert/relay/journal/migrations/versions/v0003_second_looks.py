"""Second looks at an alert; bursts counted, and found by place, unread; the last digest found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

PLACED = ["dec_deg", "dm_pc_cm3", "ra_deg", "event", "kind", "retracted", "stream", "role"]


def upgrade() -> None:
    op.add_column("alerts", sa.Column("dm_pc_cm3", sa.Float(), nullable=True))
    op.execute("UPDATE alerts SET dm_pc_cm3 = json_extract(body, '$.dm_pc_cm3')")
    op.create_index("alerts_placed", "alerts", PLACED, sqlite_where=sa.text("stream = 'chime' AND role = 'real'"))
    op.create_table(
        "second_looks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("notices.id"), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("done", sa.Text()),
    )
    op.create_index("ix_second_looks_alert_id", "second_looks", ["alert_id"])
    op.create_index("second_looks_due", "second_looks", ["at"], sqlite_where=sa.text("done IS NULL"))
    op.create_index("messages_digests", "messages", ["id"], sqlite_where=sa.text("subject = 'digest'"))
