"""One dump for each superevent; whether a command was begun; notices that may wait; offloads by role."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BEGUN = """
UPDATE commands SET begun = 1
WHERE state IN ('acting', 'done') OR id IN (SELECT command_id FROM history WHERE state = 'acting')
"""
STANDS = (
    "scenario = 'lvk_dump' AND action = 'dump' AND event IS NOT NULL"
    " AND NOT (state IN ('failed', 'refused', 'expired') AND NOT begun)"
)


def upgrade() -> None:
    op.add_column("commands", sa.Column("begun", sa.Boolean(), nullable=False, server_default=sa.text("0")))
    op.execute(BEGUN)
    op.create_index("commands_one_dump", "commands", ["event"], unique=True, sqlite_where=sa.text(STANDS))
    op.create_index("commands_dumps", "commands", ["telescope"], sqlite_where=sa.text("action = 'dump'"))
    op.add_column("notices", sa.Column("backlog", sa.Boolean(), nullable=False, server_default=sa.text("0")))
    op.add_column("offloads", sa.Column("role", sa.Text(), nullable=True))
