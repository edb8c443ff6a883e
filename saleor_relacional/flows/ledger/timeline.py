"""What has happened between the shop and one person, the latest first: purchases, what went back, stages, messages,
what was said by word of mouth, what they told us, what they were promised. Read by staff."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.feedback import promises
from saleor_relacional.flows.profiles.stage_history import of_family
from saleor_relacional.flows.sending import why
from saleor_relacional.flows.shop_control.entries import REASON

PAGE = 60
"""Happenings that are read at once; the export holds all."""
NAMED = 3
"""Lines of an order that are named."""
GREATEST = 2**63 - 1
"""Greatest key of a row."""

_STAGES = of_family(f"""
SELECT 'stage', change.id, change.happened_at, change.stage, change.cause, '', NULL, '', NULL, NULL
FROM family JOIN {tables.STAGE_CHANGE} change ON change.profile_id = family.member""")
_PAGE = f"""
WITH told (source, key, at, code, state, words, amount, currency, stars, until) AS MATERIALIZED (
    SELECT 'purchase', u.id, u.placed_at, u.number, u.state, '', u.sold, u.currency, NULL::int, NULL::timestamptz
    FROM {tables.PURCHASE} u WHERE u.profile_id = %(profile)s AND u.state <> 'withdrawn'
    UNION ALL
    SELECT 'refund', r.id, r.happened_at, coalesce(u.number, ''), '', '', r.amount, r.currency, NULL, NULL
    FROM {tables.REFUND} r LEFT JOIN {tables.PURCHASE} u ON u.id = r.purchase_id WHERE r.profile_id = %(profile)s
    UNION ALL ({_STAGES})
    UNION ALL
    SELECT 'message', t.id, t.ended_at, campaign.kind, '', t.because::text, NULL, '', NULL, NULL
    FROM {tables.CONTACT} c
    JOIN {tables.TOUCH} t ON t.enrolment_id = c.enrolment_id AND t.step_id = c.step_id
    JOIN {tables.ENROLMENT} e ON e.id = c.enrolment_id JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id
    WHERE c.profile_id = %(profile)s AND c.kind = 'message' AND t.state IN ('sent', 'unknown')
      AND t.ended_at IS NOT NULL AND coalesce(t.reason, '') <> '{REASON}'
    UNION ALL
    SELECT 'contact', c.id, c.at, c.kind, '', '', NULL, '', c.stars, NULL
    FROM {tables.CONTACT} c WHERE c.profile_id = %(profile)s AND c.kind <> 'message'
      AND NOT EXISTS (SELECT 1 FROM {tables.FEEDBACK} f WHERE f.contact_id = c.id)
    UNION ALL
    SELECT 'told', f.id, f.at, f.kind, CASE WHEN fc.answer <> '' THEN 'answered'
        WHEN fc.state IN ('open', 'seen') THEN 'waiting' ELSE '' END, f.text, NULL, '', f.stars, NULL
    FROM {tables.FEEDBACK} f LEFT JOIN {tables.FEEDBACK_CASE} fc ON fc.id = f.case_id
    WHERE f.profile_id = %(profile)s
    UNION ALL
    SELECT 'promise.' || kind, key, made_at, kind, state, '', NULL, '', NULL, due_at
    FROM ({promises.OF_PERSON}) promised
), place AS (SELECT at, source, key FROM told WHERE source = %(source)s AND key = %(key)s)
SELECT page.*, ARRAY(
    SELECT line.name FROM {tables.PURCHASE_LINE} line
    WHERE page.source = 'purchase' AND line.purchase_id = page.key AND line.name <> '' ORDER BY line.id LIMIT {NAMED})
FROM (
    SELECT * FROM told
    WHERE NOT EXISTS (SELECT 1 FROM place) OR (at, source, key) < (SELECT at, source, key FROM place)
    ORDER BY at DESC, source DESC, key DESC LIMIT %(most)s
) page ORDER BY page.at DESC, page.source DESC, page.key DESC
"""
"""Things of one moment stand in the order of their sources and keys, so that a page goes on after any of them."""


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
    place: str
    """Names it among all that happened to this person, and says nothing of it."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HappeningPage:
    """Some of what happened, the latest first."""

    rows: Sequence[Happening]
    more: bool
    """Whether something happened before."""

    @property
    def place(self) -> str:
        """Where the next page begins; empty: this is the last."""
        return self.rows[-1].place if self.more else ""


def page(
    profile_id: int, now: datetime, *, language: str, after: str = "", first: int = PAGE
) -> HappeningPage:
    """What happened before that which `after` names; the latest where it names nothing that is there (any more). One
    statement."""
    source, _dot, key = after.rpartition(".")
    asked = {
        "profile": profile_id, "ids": sql.keys([profile_id]), "now": now, "since": promises.LONG_AGO, "source": source,
        "key": min(int(key), GREATEST) if key.isascii() and key.isdecimal() else -1, "most": first + 1,
    }  # fmt: skip
    found = [_read(row, language) for row in sql.rows(_PAGE, asked)]
    return HappeningPage(rows=found[:first], more=len(found) > first)


def _read(row: tuple[Any, ...], language: str) -> Happening:
    source, key, at, code, state, words, amount, currency, stars, until, lines = row
    kind = HappeningKind(source.partition(".")[0])
    text = ", ".join(lines) if kind is HappeningKind.PURCHASE else words
    if kind is HappeningKind.MESSAGE:
        code, text = str(kind_of(code).title), why.sentence(json.loads(words or "{}"), language)
    return Happening(
        kind=kind, at=at, place=f"{source}.{key}", code=code, state=state, text=text, amount=amount, currency=currency,
        stars=stars, until=until,
    )  # fmt: skip
