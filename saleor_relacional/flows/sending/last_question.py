"""The last question before commercial mails are handed over, asked of the host, in one query a batch: have these people
ordered since what we write about, or are they shopping at this moment?

Facts reach us late at times (a lost nudge, a sweep behind), and orders that are no purchase yet never reach our tables.
Nobody with an order under way is told that they are missed. The order that we write about does not count.

| answer       | when                                                           | what becomes of the mail   |
|--------------|----------------------------------------------------------------|----------------------------|
| `ordered`    | an order that stands, or may come to stand                     | suppressed                 |
| `taken_back` | an order that was cancelled or expired within 7 days           | waits until they are over  |
| `shopping`   | a checkout of theirs that changed within SHOPPING_PAUSE_HOURS  | waits until it has rested  |
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.hosts.activity import Activity, Buyer, Seen
from saleor_relacional.models import Touch

SILENCE_AFTER_TAKING_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why a mail does not leave now."""

    reason: str
    """One of `Activity`."""
    until: datetime | None
    """When to ask again; None: never."""


def ask(mails: Sequence[StepMail], now: datetime) -> Mapping[int, Objection]:
    """Touch's id → what the host has against it. Those that may leave are left out."""
    by_kind: dict[str, list[Touch]] = {}
    for mail in mails:
        if mail.sells:
            by_kind.setdefault(mail.kind.name, []).append(mail.touch)
    buyers = [buyer for name, some in by_kind.items() for buyer in _buyers(kind_of(name), some, now)]
    if not buyers:
        return {}
    pause = conf.shopping_pause()
    seen = conf.host().bought_since(buyers, shopping_since=now - pause)
    found = {key: _objection(what, now, pause) for key, what in seen.items()}
    return {key: objection for key, objection in found.items() if objection}


def _objection(seen: Iterable[Seen], now: datetime, pause: timedelta) -> Objection | None:
    latest = {one.activity: one.at for one in seen}  # they come by the moment
    if Activity.ORDERED in latest:
        return Objection(reason=Activity.ORDERED.value, until=None)
    rests = {Activity.TAKEN_BACK: SILENCE_AFTER_TAKING_BACK, Activity.SHOPPING: pause}
    for activity, rest in rests.items():
        if activity in latest and latest[activity] + rest > now:
            return Objection(reason=activity.value, until=latest[activity] + rest)
    return None


def _asked(kind: CampaignKind) -> str:
    """Per touch of %(touches)s whose person is still there: who they are at the host, since when we ask, and which of
    their orders are no answer: the one that the mail is about, and those that staff corrected."""
    return f"""
SELECT t.id, coalesce({kind.opened_at}, e.considered_at),
       ARRAY(SELECT i.key FROM {tables.IDENTITY} i
             WHERE i.profile_id = p.id AND i.kind = 'account' AND i.source = %(source)s),
       ARRAY(SELECT i.key FROM {tables.IDENTITY} i WHERE i.profile_id = p.id AND i.kind = 'email'
             UNION SELECT p.email_key WHERE p.email_key <> ''),
       ARRAY(SELECT u.reference FROM {tables.PURCHASE} u
             WHERE u.profile_id = p.id AND u.source = %(source)s
               AND (u.placed_at = {kind.opened_at} OR u.state IN ('gift', 'not_mine')))
FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
JOIN {tables.PROFILE} p ON p.id = t.profile_id
LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = t.profile_id
WHERE t.id = ANY(%(touches)s)
"""


def _buyers(kind: CampaignKind, touches: Iterable[Touch], now: datetime) -> list[Buyer]:
    asked = {"touches": [touch.pk for touch in touches], "source": conf.host().source, "now": now}
    return [
        Buyer(
            key=key, since=since, accounts=frozenset(accounts), emails=frozenset(emails), opened_by=frozenset(opened_by)
        )
        for key, since, accounts, emails, opened_by in sql.rows(_asked(kind), asked)
    ]  # fmt: skip
