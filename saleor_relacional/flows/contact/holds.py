"""What holds a message to somebody back, and until when: the contact policy asked of one message for each of many
people, whatever room the day has left. Hours are not asked: they say when on its day a message leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.contact import asked, standing
from saleor_relacional.flows.contact.booking import Key
from saleor_relacional.flows.contact.lateness import LATE_WITHIN
from saleor_relacional.rules.contact import arbitration
from saleor_relacional.rules.contact.columns import REASONS, ContactReason, Wants
from saleor_relacional.rules.contact.moments import LONG_AGO, NEVER, instant, moment
from saleor_relacional.rules.contact.policy import ContactPolicy
from saleor_relacional.rules.contact.trust import TrustLevel

_PERHAPS = f"""
SELECT told.id FROM unnest(%(ids)s::bigint[]) AS told (id)
WHERE EXISTS (SELECT FROM {tables.CONTACT} c WHERE c.profile_id = told.id)
   OR EXISTS (SELECT FROM {tables.PURCHASE} u
              WHERE u.profile_id = told.id AND u.placed_at > %(bought)s AND u.placed_at <= %(now)s)
   OR EXISTS (SELECT FROM {tables.REFUND} r
              WHERE r.profile_id = told.id AND r.happened_at > %(refunded)s AND r.happened_at <= %(now)s)
   OR NOT EXISTS (SELECT FROM {tables.PURCHASE} u
                  WHERE u.profile_id = told.id AND u.state = 'counts' AND u.placed_at <= %(now)s)
   OR {asked.ANYTHING}
"""
"""Whom something may hold at all. Nothing holds somebody who bought here, though not lately, had nothing back lately,
of whom no contact is known, and who asks for nothing: most of those who are late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why a message waits."""

    reason: ContactReason
    until: datetime | None
    """None: until there is news of the person."""


def held(
    profile_ids: Sequence[int], now: datetime, policy: ContactPolicy, *, level: TrustLevel, after_all: bool = False,
    topic: str = "", before: Sequence[Key] = (),
) -> dict[int, Held]:  # fmt: skip
    """Those of these people to whom a commercial message that asks for this trust may not go now. `after_all`: it may
    go although they have not answered as many as are allowed. `before`: see standing."""
    policy = policy.at_any_hour
    found = standing.standing(_perhaps(profile_ids, now, policy), now, policy, before=before)
    some = len(found)
    wants = Wants(
        person=np.arange(some), campaign=np.zeros(some, dtype=np.int64),
        policy=np.zeros(some, dtype=np.int64), goal=np.zeros(some, dtype=np.int64),
        gain=np.zeros(some), commercial=np.ones(some, dtype=np.bool_),
        after_all=np.full(some, after_all), level=np.full(some, int(level)),
        treated=np.zeros(some, dtype=np.bool_), due=np.full(some, LONG_AGO), over=np.full(some, NEVER),
        topic=[topic] * some,
    )  # fmt: skip
    at, reason = arbitration.earliest(wants, standing.columns(found, now, [policy]), [policy], moment(now))
    told = zip(found, at.tolist(), (REASONS[number] for number in reason.tolist()), strict=True)
    return {
        person: Held(reason=why, until=None if until >= NEVER else instant(until))
        for person, until, why in told
        if why is not ContactReason.FREE
    }


def _perhaps(profile_ids: Sequence[int], now: datetime, policy: ContactPolicy) -> list[int]:
    bought = timedelta(days=max(LATE_WITHIN, policy.gap_most_days))
    refunded = timedelta(days=max(policy.silence_days, policy.partial_return_days))
    values = {"ids": sql.keys(profile_ids), "now": now, "bought": now - bought, "refunded": now - refunded}
    return [row[0] for row in sql.rows(_PERHAPS, values)]
