"""What the shop has promised people, and whether it was kept by its time: kept, broken, or open still. Computed from
what stands: nobody has to tick a promise off.

| promise | made                                    | kept when, by its time            | no promise when           |
|---------|-----------------------------------------|-----------------------------------|---------------------------|
| answer  | complaint, bad rating, answer to a mail | staff answered                    | the customer took it back |
| apology | complaint, bad rating                   | an apology left, or staff said it | the customer took it back |
| service | a rung's task, once its message left    | it was ticked off                 | it was stopped            |
| call    | likewise                                | likewise                          | likewise                  |
| offer   | an offer whose message has left         | it was used, or worked to its end | (we withdrew it: broken)  |

An apology is due a day after the answer: who answers in time has apologised in time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput


class PromiseKind(StrEnum):
    """What was promised."""

    ANSWER = "answer"
    APOLOGY = "apology"
    SERVICE = "service"
    CALL = "call"
    OFFER = "offer"


class PromiseState(StrEnum):
    """Where a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


APOLOGY_WITHIN = "interval '1 day'"
"""After the answer is due."""
MOST = 100
"""Promises that are read at once."""
MOST_MONTHS = 24

_LEFT = f"""EXISTS (SELECT 1 FROM {tables.TOUCH} t WHERE t.enrolment_id = i.enrolment_id AND t.step_id = i.step_id
    AND t.state IN ('sent', 'unknown'))"""


def _promises(whose: str) -> str:
    """The beginning of a query that may read `told` (key, kind, made_at, due_at, done_at, given_up, state), one row per
    promise that was due since %(since)s, of the people for whom a condition on `profile_id` holds. A key is unique
    among the promises of its kind.

    A promise that is broken ends with its time, whatever is done later. An offer that its customer may still spend is
    open, also when the night has not ended it yet."""
    return f"""
WITH owed AS (
    SELECT f.id, f.opened_at, f.due_at, f.answered_at, f.kind <> 'answer' AS sorry, (
        SELECT min(c.at) FROM {tables.CONTACT} c
        WHERE c.profile_id = f.profile_id AND c.kind = 'apology' AND c.at >= f.opened_at) AS apologised_at,
        f.state = 'closed' AS over
    FROM {tables.FEEDBACK_CASE} f
    WHERE f.kind IN ('rating', 'complaint', 'answer') AND NOT (f.state = 'closed' AND f.closed_by = '')
      AND {whose} AND f.due_at >= %(since)s - {APOLOGY_WITHIN}
), promised AS (
    SELECT id AS key, 'answer' AS kind, opened_at AS made_at, due_at, answered_at AS done_at, over FROM owed
    UNION ALL SELECT id, 'apology', opened_at, due_at + {APOLOGY_WITHIN}, apologised_at, over FROM owed WHERE sorry
    UNION ALL SELECT task.id, task.kind, task.made_at, task.due_at, task.ended_at, false
    FROM {tables.STAFF_TASK} task
    WHERE task.state IN ('open', 'done') AND {whose} AND task.due_at >= %(since)s
    UNION ALL SELECT i.id, 'offer', i.issued_at, i.expires_at,
        CASE i.state WHEN 'redeemed' THEN least(i.ended_at, i.expires_at) WHEN 'expired' THEN i.expires_at
                     WHEN 'withdrawn' THEN i.expires_at + interval '1 second' END, false
    FROM {tables.INCENTIVE} i
    WHERE i.issued_at IS NOT NULL AND {whose} AND i.expires_at >= %(since)s AND {_LEFT}
), told AS (
    SELECT key, kind, made_at, due_at, done_at, over AND done_at IS NULL AS given_up,
           CASE WHEN done_at <= due_at THEN 'kept' WHEN done_at > due_at THEN 'broken'
                WHEN kind = 'offer' THEN 'open' WHEN due_at < %(now)s THEN 'broken' ELSE 'open' END AS state
    FROM promised WHERE due_at >= %(since)s
)"""


OF_PERSON = f"""{_promises("profile_id = %(profile)s")}
SELECT key, kind, made_at, due_at, done_at, given_up, state FROM told"""
"""All that one person was ever promised, where `since` is LONG_AGO."""
_OF_ONE = f"{OF_PERSON} ORDER BY due_at DESC, kind LIMIT {MOST}"
_PER_MONTH = f"""{_promises("true")}
SELECT date_trunc('month', due_at AT TIME ZONE %(zone)s)::date AS month, kind,
       count(*) FILTER (WHERE state = 'kept'), count(*) FILTER (WHERE state = 'broken'),
       count(*) FILTER (WHERE state = 'open')
FROM told GROUP BY month, kind ORDER BY month DESC, kind"""

LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise to one person."""

    key: int
    """Unique among the promises of its kind."""
    kind: PromiseKind
    made_at: datetime
    due_at: datetime
    done_at: datetime | None
    """When it was done, in time or not."""
    given_up: bool
    """Whether what it was about was closed without it: nobody will do it any more."""
    state: PromiseState


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedMonth:
    """What became of the promises of one kind that were due in one month of the shop."""

    month: date
    """Its first day."""
    kind: PromiseKind
    kept: int
    broken: int
    open: int


def of(profile_id: int, now: datetime, *, using: str | None = None) -> Sequence[Promise]:
    """What one person was promised, the last due first (100 at most). One query."""
    asked = {"profile": profile_id, "now": now, "since": LONG_AGO}
    return [_read(*row) for row in sql.rows(_OF_ONE, asked, using=using)]


def per_month(months: int, now: datetime, *, using: str | None = None) -> Sequence[PromisedMonth]:
    """The promises that were, or are, due since the beginning of so many months ago, month by month, the last first:
    of a kind of which nothing was due there is no line. Raises BadInput."""
    if not 1 <= months <= MOST_MONTHS:
        raise BadInput(f"Ask for 1 to {MOST_MONTHS} months.", field="months")
    today = now.astimezone(conf.time_zone())
    years, month = divmod(today.year * 12 + today.month - months, 12)
    since = today.replace(year=years, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
    asked = {"now": now, "since": since, "zone": conf.time_zone().key}
    return [
        PromisedMonth(month=first, kind=PromiseKind(kind), kept=kept, broken=broken, open=waiting)
        for first, kind, kept, broken, waiting in sql.rows(_PER_MONTH, asked, using=using)
    ]


def _read(
    key: int,
    kind: str,
    made_at: datetime,
    due_at: datetime,
    done_at: datetime | None,
    given_up: bool,
    state: str,
) -> Promise:
    return Promise(
        key=key, kind=PromiseKind(kind), made_at=made_at, due_at=due_at, state=PromiseState(state),
        done_at=None if kind == PromiseKind.OFFER else done_at, given_up=given_up,
    )  # fmt: skip
