"""How the outbox stands: counts and moments, never a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import capacity
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.sending.heard import webhooks
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.models import MailProvider

HEARD_FOR = timedelta(days=30)

_STATES = f"""
SELECT state, count(*), count(*) FILTER (WHERE service_id IS NOT NULL), min(due_at) FROM {tables.TOUCH}
WHERE state IN ('queued', 'waiting', 'claimed', 'handing_over') GROUP BY state
UNION ALL
SELECT state, count(*), count(*) FILTER (WHERE service_id IS NOT NULL), NULL FROM {tables.TOUCH}
WHERE state IN ('sent', 'failed', 'unknown', 'expired', 'suppressed') AND ended_at >= %(today)s GROUP BY state
ORDER BY 1
"""
_HEARD = f"""
SELECT kind, count(*) FROM {tables.DELIVERY_EVENT} WHERE heard_at >= %(since)s GROUP BY kind ORDER BY kind
"""
_LEFT = f"""
SELECT e.campaign_id, count(*) FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
WHERE t.state IN ('sent', 'unknown') AND t.ended_at >= %(since)s GROUP BY e.campaign_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """How many messages are in one state: on their way, or ended today."""

    state: str
    messages: int
    service: int
    """Those of them that are service messages."""
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardCount:
    """How often something was heard of mails within 30 days."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """At `as_of`, on the shop's clock."""

    as_of: datetime
    states: Sequence[StateCount]
    heard: Sequence[HeardCount]
    provider: MailProvider
    sent_today: int
    day_limit: int | None
    """Mails that may leave today; None: no limit."""
    hears: bool
    """Whether a provider tells what becomes of mails."""


def look(now: datetime, *, using: str | None = None) -> Outbox:
    """The outbox now."""
    provider = providers.current(now, using=using)

    def rows(statement: str, **asked: Any) -> list[tuple[Any, ...]]:
        return sql.rows(statement, asked, using=using)

    return Outbox(
        as_of=now, provider=provider, sent_today=providers.sent_today(now, using=using),
        day_limit=providers.day_limit(provider, today(now)), hears=webhooks.listens(),
        states=[
            StateCount(state=state, messages=count, service=service, oldest_due_at=due)
            for state, count, service, due in rows(_STATES, today=capacity.day_began(now))
        ],
        heard=[HeardCount(kind=kind, count=count) for kind, count in rows(_HEARD, since=now - HEARD_FOR)],
    )  # fmt: skip


def left_since(since: datetime, *, using: str | None = None) -> Mapping[int, int]:
    """Campaign's key → its mails that have left since then."""
    return dict(sql.rows(_LEFT, {"since": since}, using=using))
