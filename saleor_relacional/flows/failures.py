"""Errors of ours, counted by day, place and kind. Never with personal data: a database error's DETAIL
prints the e-mail."""

import logging
from datetime import datetime

from django.db import Error as DatabaseError

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.models import ErrorCount

logger = logging.getLogger(__name__)

_COUNT = f"""
INSERT INTO {tables.ERROR_COUNT} (day, place, kind, count, last_at)
VALUES (%(day)s, %(place)s, %(kind)s, 1, %(now)s)
ON CONFLICT (day, place, kind) DO UPDATE
SET count = {tables.ERROR_COUNT}.count + 1, last_at = excluded.last_at
"""


def kind_of(error: BaseException) -> str:
    """Exception class; of a database error also SQLSTATE and constraint, nothing of its message."""
    name = type(error).__name__
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    state = getattr(cause, "sqlstate", None)
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return " ".join(part for part in (name, state, constraint) if part)[: _kind_length()]


def count(place: str, error: BaseException, *, now: datetime | None = None) -> None:
    """Count it (on the shop's day when `now` is not given) and write one log line. When even counting fails, the log
    line is what remains."""
    kind = kind_of(error)
    logger.error("relacional: %s failed: %s", place, kind)
    try:
        now = now or conf.host().now()
        with sql.atomic():
            sql.run(_COUNT, {"day": now.date(), "place": place, "kind": kind, "now": now})
    except DatabaseError as second:
        logger.error("relacional: an error of %s could not be counted: %s", place, kind_of(second))


def total(*, since: datetime) -> int:
    """How many since the beginning of that day."""
    found = ErrorCount.objects.filter(day__gte=since.date()).values_list("count", flat=True)
    return sum(found)


def _kind_length() -> int:
    return int(ErrorCount._meta.get_field("kind").max_length or 80)
