"""What has happened between the shop and one person, the latest first: purchases, what went back, stages, messages,
what was said by word of mouth, what they told us, what they were promised. Read by staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.feedback import promises, told
from saleor_relacional.flows.profiles import stage_history
from saleor_relacional.flows.profiles.stage_history import HistoryPage
from saleor_relacional.flows.sending.person_plan import PlanEntry, PlanState
from saleor_relacional.models import Contact, ContactKind

MOST = 60
"""Happenings that are shown; the export holds all."""
NAMED = 3
"""Lines of an order that are named."""

_ORDERS = f"""
SELECT u.number, u.placed_at, u.sold, u.currency, u.state, ARRAY(
           SELECT line.name FROM {tables.PURCHASE_LINE} line WHERE line.purchase_id = u.id AND line.name <> ''
           ORDER BY line.id LIMIT {NAMED})
FROM {tables.PURCHASE} u WHERE u.profile_id = %(profile)s AND u.state <> 'withdrawn'
ORDER BY u.placed_at DESC, u.id DESC LIMIT {MOST}
"""
_REFUNDS = f"""
SELECT coalesce(u.number, ''), r.happened_at, r.amount, r.currency
FROM {tables.REFUND} r LEFT JOIN {tables.PURCHASE} u ON u.id = r.purchase_id
WHERE r.profile_id = %(profile)s ORDER BY r.happened_at DESC, r.id DESC LIMIT {MOST}
"""


class HappeningKind(StrEnum):
    """What happened."""

    PURCHASE = "purchase"
    REFUND = "refund"
    STAGE = "stage"
    MESSAGE = "message"
    CONTACT = "contact"
    TOLD = "told"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened. What a field holds depends on the kind."""

    kind: HappeningKind
    at: datetime
    code: str = ""
    """Stage, kind of contact, of what was told, of the promise; title of a message; number of an order."""
    state: str = ""
    """Cause of a stage, what became of a promise, counts or empty of an order."""
    text: str = ""
    """Words: what was bought, said, or why a message left."""
    amount: Decimal | None = None
    currency: str = ""
    stars: int | None = None
    until: datetime | None = None
    """Of a promise: by when."""


def of(profile_id: int, plan: list[PlanEntry], now: datetime, *, language: str) -> list[Happening]:
    """The latest MOST. Six statements. `plan`: what person_plan says of them."""
    found = [
        *_orders(profile_id), *_refunds(profile_id), *_stages(profile_id), *_messages(plan, language),
        *_contacts(profile_id), *_told(profile_id), *_promises(profile_id, now),
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _orders(profile_id: int) -> Iterator[Happening]:
    for number, at, sold, currency, state, lines in sql.rows(_ORDERS, {"profile": profile_id}):
        yield Happening(
            kind=HappeningKind.PURCHASE, at=at, code=number, state=state, text=", ".join(lines), amount=sold,
            currency=currency,
        )  # fmt: skip


def _refunds(profile_id: int) -> Iterator[Happening]:
    for number, at, amount, currency in sql.rows(_REFUNDS, {"profile": profile_id}):
        yield Happening(kind=HappeningKind.REFUND, at=at, code=number, amount=amount, currency=currency)


def _stages(profile_id: int) -> Iterator[Happening]:
    page = HistoryPage(profile=profile_id)
    for one in stage_history.changes([page]).get(page, []):
        yield Happening(kind=HappeningKind.STAGE, at=one.happened_at, code=one.stage, state=one.cause)


def _messages(plan: list[PlanEntry], language: str) -> Iterator[Happening]:
    for one in plan:
        if one.state is PlanState.SENT and one.when is not None:
            yield Happening(
                kind=HappeningKind.MESSAGE, at=one.when, code=one.title, text=one.told(language) or ""
            )


def _contacts(profile_id: int) -> Iterator[Happening]:
    """What no campaign made, and is told of nowhere else."""
    noted = Contact.objects.filter(profile=profile_id, feedback=None).exclude(kind=ContactKind.MESSAGE)
    for one in noted.order_by("-at", "-pk")[:MOST]:
        yield Happening(kind=HappeningKind.CONTACT, at=one.at, code=one.kind, stars=one.stars)


def _told(profile_id: int) -> Iterator[Happening]:
    for one in told.of(profile_id)[:MOST]:
        yield Happening(
            kind=HappeningKind.TOLD, at=one.at, code=one.kind, text=one.text, stars=one.stars,
            state="answered" if one.answer else "waiting" if one.state in ("open", "seen") else "",
        )  # fmt: skip


def _promises(profile_id: int, now: datetime) -> Iterator[Happening]:
    for one in promises.of(profile_id, now)[:MOST]:
        yield Happening(
            kind=HappeningKind.PROMISE, at=one.made_at, code=one.kind, state=one.state, until=one.due_at
        )
