"""Candidates of one campaign: enrolled with the arm drawn, judged, both arms alike, ended when their cycle is over."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from saleor_relacional.db import binary, locks, sql, tables
from saleor_relacional.db.binary import Column
from saleor_relacional.db.locks import Hold
from saleor_relacional.flows.campaigns import candidates, costs, cycles
from saleor_relacional.flows.campaigns.candidates import Candidate, Considered
from saleor_relacional.flows.campaigns.deciding import first_offers
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.models import Arm, Campaign, CampaignVersion

_WRITTEN = (
    "state", "reason", "year_value", "channel", "currency", "cost", "cost_currency", "reserve",
    "reserve_currency", "next_try_at", "over_at",
)  # fmt: skip
"""What a judgement says."""
_ENROLLED = (
    "campaign_id", "version_id", "profile_id", "cycle", "arm", "drawn_share", "stage", "considered_at", *_WRITTEN,
)  # fmt: skip
_JUDGED = ("campaign_id", "profile_id", *_WRITTEN)


def _told(names: Sequence[str]) -> str:
    """Rows out of columns, an array each."""
    return f"unnest({', '.join(['%s'] * len(names))}) AS told ({', '.join(names)})"


_ENROL = f"""
INSERT INTO {tables.ENROLMENT} (public_id, {", ".join(_ENROLLED)})
SELECT gen_random_uuid(), told.* FROM {_told(_ENROLLED)}
ON CONFLICT DO NOTHING
"""

# Rows that somebody else holds right now (an order of theirs is being recorded) wait for the next run.
_JUDGE = f"""
WITH judged AS MATERIALIZED (SELECT * FROM {_told(_JUDGED)}), free AS (
    SELECT e.id, e.profile_id FROM {tables.ENROLMENT} e
    JOIN judged ON judged.campaign_id = e.campaign_id AND judged.profile_id = e.profile_id
    WHERE e.state IN ('waiting', 'suppressed') ORDER BY e.id FOR UPDATE OF e SKIP LOCKED
)
UPDATE {tables.ENROLMENT} e SET ({", ".join(_WRITTEN)}) = ({", ".join(f"judged.{name}" for name in _WRITTEN)})
FROM free JOIN judged ON judged.profile_id = free.profile_id WHERE e.id = free.id
"""


_ALL, _THEIRS = (
    "e.campaign_id = %(campaign)s",
    "e.campaign_id + 0 = %(campaign)s AND e.profile_id = ANY(%(people)s)",
)
"""Whose enrolments. Theirs are found by person: an index that begins with the campaign would be read whole."""


def _expire_statement(kind: CampaignKind, whose: str) -> str:
    """End the enrolments whose cycle, or whose person, is over before their turn came."""
    return f"""
WITH over AS (
    SELECT e.id, CASE WHEN e.profile_id IS NULL THEN 'forgotten'
        WHEN p.merged_into_id IS NOT NULL THEN 'merged' ELSE 'cycle_over' END AS reason
    FROM {tables.ENROLMENT} e
    LEFT JOIN {tables.PROFILE} p ON p.id = e.profile_id
    LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
    WHERE {whose} AND e.state IN ('waiting', 'suppressed') AND (
        e.profile_id IS NULL OR p.merged_into_id IS NOT NULL OR s.profile_id IS NULL
        OR (NOT {cycles.UNSEEN_FACTS} AND NOT {cycles.current(kind)}))
    ORDER BY e.id FOR UPDATE OF e SKIP LOCKED
)
UPDATE {tables.ENROLMENT} e SET state = 'expired', reason = over.reason, next_try_at = NULL
FROM over WHERE e.id = over.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Somebody's judgement, with what the offers would take off."""

    found: Considered
    cost: Decimal
    cost_currency: str
    reserve: Decimal
    reserve_currency: str

    @property
    def differs(self) -> bool:
        """From what is written."""
        who = self.found.candidate
        if (self.found.judgement.until, who.over_at) != (who.next_try_at, who.told_over_at):
            return True
        return who.written != (
            self.found.state, self.found.reason, who.year_value, self.found.judgement.channel, self.found.currency,
            self.cost, self.cost_currency, self.reserve, self.reserve_currency,
        )  # fmt: skip


def expire(
    campaign: Campaign, version: CampaignVersion, now: datetime, people: Sequence[int] | None = None
) -> int:
    """End the enrolments whose cycle is over: those of these people, or all; how many."""
    asked = {**cycles.parameters(version, now), "campaign": campaign.pk}
    kind = cycles.kind(version)
    if people is None:
        return sql.run(_expire_statement(kind, _ALL), asked)
    return sql.run(_expire_statement(kind, _THEIRS), {**asked, "people": sql.keys(people)})


def judge(
    campaign: Campaign, version: CampaignVersion, batch: Sequence[Candidate], now: datetime
) -> Counter[str]:
    """One judgement for all, whose arms are drawn; writes only what differs. How many by reason."""
    offers, first = costs.offers(version, now), holds.first(version, now)
    rungs = first_offers.offered(version, [one.profile_id for one in batch], now)
    judged = []
    for each in candidates.consider(batch, version, now):
        who = each.candidate
        currency, cost = offers.cost(Arm.TREATED, who.order_value, each.currency)
        held, held_in = first.held(rungs.get(who.profile_id), who.order_value, each.currency)
        judged.append(_Judged(
            found=each, cost=cost, cost_currency=currency, reserve=held, reserve_currency=held_in,
        ))  # fmt: skip
    _enrol(campaign, version, [each for each in judged if each.found.candidate.enrolment is None], now)
    differing = [each for each in judged if each.found.candidate.enrolment is not None and each.differs]
    if differing:
        columns = _columns(campaign, version, differing, now)
        sql.run_columns(_JUDGE, [columns[name] for name in _JUDGED])
    return Counter(each.found.reason for each in judged)


def _enrol(campaign: Campaign, version: CampaignVersion, fresh: Sequence[_Judged], now: datetime) -> None:
    # In their order, before what is inserted for them: whoever merges or forgets them has ended then.
    there = set(locks.lock_people([each.found.candidate.profile_id for each in fresh], Hold.STAY))
    fresh = [each for each in fresh if each.found.candidate.profile_id in there]
    if fresh:
        columns = _columns(campaign, version, fresh, now)
        sql.run_columns(_ENROL, [columns[name] for name in _ENROLLED])


def _columns(
    campaign: Campaign, version: CampaignVersion, judged: Sequence[_Judged], now: datetime
) -> dict[str, Column]:
    """Enrolments as columns, by name."""
    people = [each.found.candidate for each in judged]
    told: dict[str, Sequence[str]] = {
        "cycle": [who.cycle for who in people], "arm": [who.arm for who in people],
        "stage": [who.stage for who in people], "state": [each.found.state for each in judged],
        "reason": [each.found.reason for each in judged],
        "channel": [each.found.judgement.channel for each in judged],
        "currency": [each.found.currency for each in judged], "cost_currency": [each.cost_currency for each in judged],
        "reserve_currency": [each.reserve_currency for each in judged],
    }  # fmt: skip
    same: dict[str, int] = {"campaign_id": campaign.pk, "version_id": version.pk}
    ends = [who.over_at for who in people]
    shares = [version.control_share if who.drawn_share is None else who.drawn_share for who in people]
    tries = [each.found.judgement.until for each in judged]
    return {
        **{name: binary.texts(np.array([text.encode() for text in texts])) for name, texts in told.items()},
        **{name: binary.numbers(np.full(len(judged), key), "i8") for name, key in same.items()},
        "considered_at": binary.moments(np.full(len(judged), binary.moment(now))),
        "next_try_at": binary.moments(_moments(tries)),
        "over_at": binary.moments(_moments(ends)),
        "profile_id": binary.numbers([who.profile_id for who in people], "i8"),
        "year_value": binary.numbers([who.year_value for who in people], "f8"),
        "cost": binary.money(np.array([int(each.cost * 1000) for each in judged], dtype=np.int64)),
        "reserve": binary.money(np.array([int(each.reserve * 1000) for each in judged], dtype=np.int64)),
        "drawn_share": binary.money(np.array([int(share * 1000) for share in shares], dtype=np.int64)),
    }


def _moments(instants: Sequence[datetime | None]) -> np.ndarray[Any, Any]:
    return np.array(
        [binary.NO_MOMENT if at is None else binary.moment(at) for at in instants], dtype=np.int64
    )
