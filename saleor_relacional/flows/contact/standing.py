"""Where people stand with the contact policy: who has heard from us how often, what they did themselves since,
and until when nothing is sold to them. One query for any number of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.contact import asked
from saleor_relacional.flows.contact.asked import Asked
from saleor_relacional.flows.contact.booking import Key
from saleor_relacional.flows.contact.lateness import BAD_STARS, LATE_ORDERS
from saleor_relacional.rules.contact import hours, trust
from saleor_relacional.rules.contact.columns import PeopleColumns
from saleor_relacional.rules.contact.moments import LONG_AGO, NEVER, moments
from saleor_relacional.rules.contact.policy import ContactPolicy
from saleor_relacional.rules.contact.trust import Disappointed, Disappointment, OwnAct, TrustLevel


def _standings(moment: str, earlier: str = "true", own: str = "") -> str:
    """`moment`: when a contact `c` counts. `earlier`: which contacts of all count. `own`: a join that names them."""
    return f"""
SELECT p.id, p.time_zone, ARRAY(
           SELECT {moment} FROM {tables.CONTACT} c WHERE c.profile_id = p.id AND c.commercial
             AND (c.kind <> 'message' OR {earlier})
           ORDER BY {moment} DESC LIMIT %(most)s),
       CASE WHEN coalesce(p.joined_at, p.created_at) <= %(now)s AND EXISTS (
           SELECT 1 FROM {tables.IDENTITY} i WHERE i.profile_id = p.id AND i.kind = 'account')
           THEN coalesce(p.joined_at, p.created_at) END,
       (SELECT max(c.happened_at) FROM {tables.CONSENT} c
        WHERE c.profile_id = p.id AND c.basis = 'opt_in' AND c.purpose IN ('content', 'offers')
          AND c.happened_at <= %(now)s),
       bought.placed_at, bought.fulfilled_at, said.answer, said.question, said.complaint,
       said.bad_rating, said.apology, back.whole, back.part, (
           SELECT max(late.at) FROM {LATE_ORDERS} AND u.profile_id = p.id), (
           SELECT max(c.at + step.offer_days * interval '1 day') FROM {tables.CONTACT} c
           JOIN {tables.CAMPAIGN_STEP} step ON step.id = c.step_id AND step.offers
           WHERE c.profile_id = p.id AND c.kind = 'message'
             AND {earlier}), EXISTS (
           SELECT 1 FROM {tables.FEEDBACK_CASE} waits
           WHERE waits.profile_id = p.id AND waits.state IN ('open', 'seen') AND waits.opened_at <= %(now)s
             AND (waits.kind = 'answer' AND waits.state = 'open' OR waits.kind IN ('complaint', 'rating')
                  AND waits.opened_at > coalesce(said.apology, '-infinity'))), {asked.COLUMNS}
FROM {tables.PROFILE} p {own}
{asked.TABLES}
LEFT JOIN LATERAL (
    SELECT u.placed_at, u.fulfilled_at FROM {tables.PURCHASE} u
    WHERE u.profile_id = p.id AND u.state IN ('counts', 'gift') AND u.placed_at <= %(now)s
    ORDER BY u.placed_at DESC LIMIT 1) bought ON true
CROSS JOIN LATERAL (
    SELECT max(c.at) FILTER (WHERE c.kind = 'answer') AS answer,
           max(c.at) FILTER (WHERE c.kind = 'question') AS question,
           max(c.at) FILTER (WHERE c.kind = 'complaint') AS complaint,
           max(c.at) FILTER (WHERE c.kind = 'rating' AND c.stars <= %(bad)s) AS bad_rating,
           max(c.at) FILTER (WHERE c.kind = 'apology') AS apology
    FROM {tables.CONTACT} c WHERE c.profile_id = p.id AND c.kind <> 'message' AND c.at <= %(now)s) said
CROSS JOIN LATERAL (
    SELECT max(r.happened_at) FILTER (WHERE coalesce(u.state, 'empty') = 'empty') AS whole,
           max(r.happened_at) FILTER (WHERE u.state IN ('counts', 'gift')) AS part
    FROM {tables.REFUND} r LEFT JOIN {tables.PURCHASE} u ON u.id = r.purchase_id
    WHERE r.profile_id = p.id AND r.happened_at <= %(now)s) back
WHERE p.id = ANY(%(ids)s)
"""


_STANDINGS = _standings("c.at")
"""When a contact counts: as it was booked, in both arms alike. A refund of no known order is taken as whole. What is
withdrawn was no sale: cancelling disappoints nobody here."""
_BEFORE = _standings(
    "CASE WHEN own.id IS NULL THEN c.at ELSE greatest(c.at, c.sent_at) END",
    "NOT coalesce((c.at, c.id) >= (own.at, own.id), false)",
    f"""LEFT JOIN (
    SELECT c.profile_id, c.at, c.id FROM unnest(%(enrolments)s::bigint[], %(steps)s::bigint[]) AS told (enrolment, step)
    JOIN {tables.CONTACT} c ON c.enrolment_id = told.enrolment AND c.step_id = told.step
) own ON own.profile_id = p.id""",
)
"""Before a hand-over, which concerns the treated alone, a contact counts when it left: one that left late may lie a day
back."""

UNTIL_ANSWERED = timedelta(days=1)
"""How long a message to somebody whom staff have to answer waits until it is asked again; news of it comes sooner."""

_ACTS = (OwnAct.ACCOUNT, OwnAct.OPT_IN, OwnAct.ORDER, OwnAct.ANSWER, OwnAct.QUESTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one person stands."""

    zone: str
    """Name of the time zone they live in; of the shop's where we do not know."""
    recent: tuple[datetime, ...]
    """Commercial contacts as booked, in both arms alike, the latest first: as many as the policy looks at."""
    since_act: int
    """How many of them came after their last own act; more than are in `recent` are not counted."""
    acted_at: datetime | None
    """Their last own act."""
    level: TrustLevel
    silent_until: datetime | None
    ordered_at: datetime | None
    """When they placed their last order."""
    fulfilled_at: datetime | None
    offer_until: datetime | None
    """Until when an offer that was booked for them, in whichever arm, may be spent."""
    asked: Asked
    """What they ask of us."""

    def gap_until(self, policy: ContactPolicy) -> datetime | None:
        """Until when their last order holds selling back."""
        return self.ordered_at and trust.gap_until(self.ordered_at, self.fulfilled_at, policy)


def standing(
    profile_ids: Sequence[int], now: datetime, policy: ContactPolicy, *, before: Sequence[Key] = ()
) -> dict[int, Standing]:
    """Where each of these people stands; those who are not there any more are left out. `before`: the bookings that are
    asked about, one of each person, so that they do not count themselves, nor what was booked for later than them."""
    most = max(policy.per_week, policy.per_month, policy.between_acts, 1)
    values = {
        "ids": sql.keys(profile_ids), "now": now, "most": most, "bad": BAD_STARS,
        "enrolments": [enrolment for enrolment, _ in before], "steps": [step for _, step in before],
    }  # fmt: skip
    own = conf.time_zone().key
    return {
        row[0]: _read(row, policy, own, now) for row in sql.rows(_BEFORE if before else _STANDINGS, values)
    }


def columns(
    standings: Mapping[int, Standing], now: datetime, policies: Sequence[ContactPolicy]
) -> PeopleColumns:
    """The same as columns for `arbitrate` under these policies, in the order of the mapping. Of a person's own quiet
    hours they say nothing: those, as the shop's, say when on its day a message leaves (Standing.asked.quiet)."""
    people, shape = list(standings.values()), (len(standings), len(policies))
    most = max(max(policy.per_week, policy.per_month, 1) for policy in policies)
    recent = np.full((len(people), most), LONG_AGO)
    for number, person in enumerate(people):
        told = person.recent[:most]
        recent[number, : len(told)] = moments(told)
    zones = {person.zone for person in people}
    spans = {zone: [hours.span(now, ZoneInfo(zone), policy) for policy in policies] for zone in zones}
    found = [one for person in people for one in spans[person.zone]]
    asks = [person.asked for person in people]
    gaps = [person.gap_until(policy) for person in people for policy in policies]
    return PeopleColumns(
        key=np.fromiter(standings, dtype=np.int64, count=len(people)), recent=recent,
        since_act=np.array([person.since_act for person in people], dtype=np.int64),
        level=np.array([int(person.level) for person in people], dtype=np.int64),
        silent_until=moments(person.silent_until for person in people),
        gap_until=moments(gaps).reshape(shape),
        offer_until=moments(person.offer_until for person in people),
        opens=moments((one.opens if one else None for one in found), missing=NEVER).reshape(shape),
        closes=moments((one.closes if one else None for one in found), missing=NEVER).reshape(shape),
        wants_at_most=np.array([int(one.wants_at_most) for one in asks], dtype=np.int64),
        unwanted=[one.unwanted for one in asks], paused_until=moments(one.paused_until for one in asks),
        not_before=moments(one.not_before for one in asks),
        own_week=np.array([one.per_week for one in asks], dtype=np.int64),
        own_month=np.array([one.per_month for one in asks], dtype=np.int64),
    )  # fmt: skip


def _read(row: tuple[Any, ...], policy: ContactPolicy, own_zone: str, now: datetime) -> Standing:
    """After a complaint or a bad rating nothing is offered before an apology, however long ago it was; and nothing is
    sold while staff still have to answer it, or to see an answer of theirs to a mail."""
    _, zone, recent, account, opted, ordered, fulfilled, answer, question, complaint, rating, *told = row
    (apology, whole, part, late, offer, waits), wishes = told[:6], told[6:]
    lives = known_zone(zone) or own_zone
    acts = dict(zip(_ACTS, (account, opted, ordered, answer, question), strict=True))
    acted = max((at for at in acts.values() if at), default=None)
    silent = _silent_until(complaint, rating, apology, whole, part, late, policy)
    if waits:
        silent = max(silent or now, now + UNTIL_ANSWERED)
    earned = trust.level(act for act, at in acts.items() if at)
    hurt = max((at for at in (complaint, rating) if at), default=None)
    owed = hurt is not None and (apology is None or apology < hurt)
    return Standing(
        zone=lives, recent=tuple(recent), acted_at=acted,
        since_act=sum(acted is None or at > acted for at in recent),
        level=min(earned, TrustLevel.CONTENT) if owed else earned, silent_until=silent,
        ordered_at=ordered, fulfilled_at=fulfilled, offer_until=offer,
        asked=asked.read(tuple(wishes), lives),
    )  # fmt: skip


@cache
def known_zone(zone: str) -> str:
    """The zone; nothing where this machine does not know it."""
    try:
        return ZoneInfo(zone).key if zone else ""
    except (ZoneInfoNotFoundError, ValueError):
        return ""


def _silent_until(
    complaint: datetime | None, rating: datetime | None, apology: datetime | None, whole: datetime | None,
    part: datetime | None, late: datetime | None, policy: ContactPolicy,
) -> datetime | None:  # fmt: skip
    """After a part of an order was given back nothing is sold for some days, apology or not: nobody owes one."""
    told = {
        Disappointment.COMPLAINT: complaint, Disappointment.BAD_RATING: rating, Disappointment.REFUND: whole,
        Disappointment.LATE_PARCEL: late,
    }  # fmt: skip
    found = [Disappointed(cause=cause, at=at) for cause, at in told.items() if at]
    silent = trust.silent_until(found, apology, policy)
    returned = part + timedelta(days=policy.partial_return_days) if part else None
    return max((at for at in (silent, returned) if at), default=None)
