"""What was written in a window of time, found by ids: they grow with time, so no table needs an index on when.

An index on the time of every notice would be paid for by each notice that is kept; halving the ids is some thirty
looks into the table. After a clock was set back, lines of the time that came twice may be counted in a window beside
theirs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, ScalarSelect, and_, case, func, literal, select


class Window(NamedTuple):
    """From a moment on, up to but not at another; UTC."""

    since: datetime
    until: datetime


class Written(NamedTuple):
    """The lines of one table that were written in a window: ids from `first` on, up to but not `end`."""

    ids: Column[int]
    first: int
    end: int

    @property
    def these(self) -> ColumnElement[bool]:
        """The condition that a line is one of them."""
        return and_(self.ids >= self.first, self.ids < self.end)


def written_in(connection: Connection, ids: Column[int], at: Column[Any], window: Window) -> Written:
    """Return which lines of a table were written in the window."""
    bounds = (_first_from(ids, at, moment) for moment in window)
    return Written(ids, *connection.execute(select(*bounds)).one())


def _first_from(ids: Column[int], at: Column[Any], moment: datetime) -> ScalarSelect[int]:
    """Ask for the first id that was written at that moment or later, one behind the last if none was; 0 of no lines."""
    behind = select(func.coalesce(func.max(ids) + 1, 0)).scalar_subquery()
    search = select(literal(0).label("low"), behind.label("high")).cte(recursive=True)
    middle = (search.c.low + search.c.high) // 2
    there = select(at).where(ids >= middle).order_by(ids).limit(1).scalar_subquery()
    is_late = there >= moment
    halves = case((is_late, search.c.low), else_=middle + 1), case((is_late, middle), else_=search.c.high)
    search = search.union_all(select(*halves).where(search.c.low < search.c.high))
    return select(search.c.low).where(search.c.low == search.c.high).scalar_subquery()
