"""Errors of ours: counted by day, place and kind, and logged with the frames of their stack. Never with personal data:
neither messages nor values are kept, because a database error's DETAIL prints the e-mail."""

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import DataError, IntegrityError, transaction
from django.db import Error as DatabaseError

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.errors import Misconfigured, RelacionalError
from saleor_relacional.models import ErrorCount

logger = logging.getLogger(__name__)

POISON = (DataError, IntegrityError, RelacionalError, ArithmeticError, LookupError, TypeError, ValueError)
"""What one row itself can cause. Any other error, of the database above all, is no fault of a row: it is raised without
trying every row, and all of them are tried again."""
Key = TypeVar("Key")
Done = TypeVar("Done")

_COUNT = f"""
INSERT INTO {tables.ERROR_COUNT} (day, place, kind, count, last_at)
VALUES (%(day)s, %(place)s, %(kind)s, 1, %(now)s)
ON CONFLICT (day, place, kind) DO UPDATE
SET count = {tables.ERROR_COUNT}.count + 1, last_at = excluded.last_at
"""


def kind_of(error: BaseException) -> str:
    """The exception's class; for a database error also SQLSTATE and constraint. Nothing of its message."""
    name = type(error).__name__
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    state = getattr(cause, "sqlstate", None)
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return " ".join(part for part in (name, state, constraint) if part)[: _kind_length()]


def frames(error: BaseException) -> str:
    """Where it was raised: `file:line function` of every frame, the innermost last; nothing of what they held."""
    found = traceback.walk_tb(error.__traceback__)
    return " > ".join(f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}" for frame, line in found)


def log(place: str, error: BaseException) -> None:
    """Write one log line: place, kind and frames."""
    logger.error("relacional: %s failed: %s at %s", place, kind_of(error), frames(error))


def count(place: str, error: BaseException, *, now: datetime | None = None) -> None:
    """Log it and count it, on the shop's day when `now` is not given. When even counting fails, the log line is what
    remains."""
    kind = kind_of(error)
    log(place, error)
    try:
        now = now or conf.host().now()
        with sql.atomic():
            sql.run(_COUNT, {"day": now.date(), "place": place, "kind": kind, "now": now})
    except DatabaseError as second:
        log(f"counting an error of {place}", second)


@contextmanager
def apart(place: str, *, now: datetime) -> Iterator[None]:
    """Keep what the host's code raises about one row inside from the rows that follow: it is counted, and what it wrote
    is rolled back. For work that is found and tried again until it is done."""
    try:
        with transaction.atomic(using=conf.HOST_DATABASE):
            yield
    except Exception as error:  # noqa: BLE001 - code of the host, its plugins and webhooks: it may raise anything
        count(place, error, now=now)


def isolated(
    place: str, keys: Sequence[Key], work: Callable[[Sequence[Key]], Done], *, now: datetime,
    failed: Callable[[Key], None] = lambda key: None, most: int | None = None,
) -> list[Done]:  # fmt: skip
    """Work on these rows at once and, where one of them makes that fail, on halves of them until it stands alone: it is
    counted as an error, and `failed` is told its key. Returns what each working came to.

    `work` is a transaction, or a savepoint, of its own. Raises what is no fault of a row, and the error of a row after
    `most` others: the fault is hardly theirs then."""
    done: list[Done] = []
    bad, parts = 0, [keys]
    while parts:
        part = parts.pop()
        try:
            done.append(work(part))
        except Misconfigured:
            raise  # no fault of a row: they are tried again once the setting is right
        except POISON as error:
            if len(part) > 1:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
                continue
            count(place, error, now=now)
            failed(part[0])
            bad += 1
            if most is not None and bad > most:
                raise
    return done


def total(*, since: datetime) -> int:
    """How many errors were counted since the beginning of that day."""
    found = ErrorCount.objects.filter(day__gte=since.date()).values_list("count", flat=True)
    return sum(found)


def _kind_length() -> int:
    return int(ErrorCount._meta.get_field("kind").max_length or 80)
