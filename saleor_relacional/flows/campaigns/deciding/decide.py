"""Who draws which rung when they start, in both arms, and with which probability: written with what they are promised.

Where the owner's rules say the rung, it is theirs with the probability of being treated. Where a campaign learns, it is
drawn with the probabilities that follow from what was known (`learn.known`): every rung that is open is open to
everybody who is treated with 5 % or more; closed is, beside what is stopped or cannot be given, what does not fit into
what those before have left of the month's money (insight/ladder/draws.py). Chance is a hash of the campaign's salt and
the enrolment's id, so that a decision can be checked by anybody who may read both.
"""

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import numpy as np

from saleor_relacional.flows.campaigns.deciding import ladder, learn, stops
from saleor_relacional.flows.campaigns.deciding.reasons import RungReason
from saleor_relacional.flows.campaigns.deciding.stops import Stopped
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.incentives import arms as ladders
from saleor_relacional.flows.incentives import codes, month_money
from saleor_relacional.flows.incentives.arms import Arms
from saleor_relacional.flows.incentives.month_money import Held, Purse
from saleor_relacional.flows.incentives.rungs import CODED
from saleor_relacional.insight.history import BoolArray, FloatArray
from saleor_relacional.insight.ladder import draws, state, thompson
from saleor_relacional.models import (
    Arm,
    CampaignStep,
    CampaignVersion,
    Enrolment,
    RungDecision,
    RungModel,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Starting:
    """Somebody who starts, and the segment of the step's rules that they are in."""

    enrolment: Enrolment
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What somebody who is treated may draw, by place, and what this one drew."""

    place: int
    chances: Sequence[float]
    reasons: Sequence[RungReason]
    model: RungModel | None = None


def decide(version: CampaignVersion, enrolments: Sequence[int], now: datetime) -> int:
    """Draw for these people, who start now under this version, in their order, and write it down; how many. Nobody
    draws where the ladder of the first step leaves no choice."""
    step = learn.first_step(version)
    arms = ladders.arms(step)
    if len(arms.names) < 3 or not enrolments:
        return 0
    known = Enrolment.objects.in_bulk(list(enrolments))
    people = [known[key] for key in dict.fromkeys(enrolments) if key in known and known[key].profile_id]
    inside = ladder.segment_of(step, [one.profile_id for one in people if one.profile_id], now)
    people = [one for one in people if one.profile_id in inside]
    some = [_Starting(enrolment=one, segment=inside[one.profile_id or 0]) for one in people]
    odds = (_learnt if version.learning else _ruled)(version, step, arms, some, now)
    rows = [_decision(version, step, arms, one, told, now) for one, told in zip(some, odds, strict=True)]
    return len(RungDecision.objects.bulk_create(rows, ignore_conflicts=True))


def chance(salt: bytes | memoryview, enrolment: UUID, step: int) -> float:
    """In [0, 1): the first 53 bits of HMAC-SHA-256(key=salt, message="rung/<enrolment's id>/<step's number>")."""
    drawn = hmac.digest(bytes(salt), f"rung/{enrolment}/{step}".encode(), hashlib.sha256)
    return (int.from_bytes(drawn[:8], "big") >> 11) / 2.0**53


def _luck(version: CampaignVersion, step: CampaignStep, enrolment: Enrolment) -> float:
    return chance(version.campaign.salt, enrolment.public_id, step.number)


def _decision(
    version: CampaignVersion, step: CampaignStep, arms: Arms, one: _Starting, odds: Odds, now: datetime
) -> RungDecision:
    held_out = one.enrolment.arm == Arm.CONTROL
    share = float(one.enrolment.drawn_share)
    whole = [(1 - share) * chance for chance in odds.chances]
    whole[0] += share
    return RungDecision(
        enrolment=one.enrolment, step=step, rung=arms.rungs[odds.place], ladder=arms.ladder, place=odds.place,
        segment=one.segment, open_rungs="".join("1" if one > 0 else "0" for one in whole),
        probability=whole[odds.place], probabilities=whole,
        reasons=[RungReason.CONTROL, *odds.reasons] if held_out else list(odds.reasons), model=odds.model, at=now,
    )  # fmt: skip


def _learnt(
    version: CampaignVersion, step: CampaignStep, arms: Arms, some: Sequence[_Starting], now: datetime
) -> list[Odds]:
    """Of each of these people, who come down the queue: rungs that do not fit into what those before them left of the
    month's money are closed to them."""
    stopped = stops.stopped(version.campaign_id)
    missing = [rung is not None and not codes.available(rung) for rung in arms.rungs]
    model = learn.known(version, step, arms, now)
    known = state.read(model.state)
    # A rule that is newer than what was learnt tells apart people of whom nothing is known but what holds of all.
    known = replace(known, segments=tuple(sorted({*known.segments, *(one.segment for one in some)})))
    allowed = np.array([
        [not gone and (one, name) not in stopped for name, gone in zip(arms.names, missing, strict=True)]
        for one in known.segments
    ])  # fmt: skip
    allowed[:, : thompson.ALWAYS] = True
    left, held = _money(version, arms, [one.enrolment for one in some], now)
    drawn = draws.draw(
        known, allowed, segment=np.array([known.segments.index(one.segment) for one in some], dtype=np.int64),
        holds=held, left=left, luck=np.array([_luck(version, step, one.enrolment) for one in some], dtype=np.float64),
        treated=np.array([one.enrolment.arm != Arm.CONTROL for one in some], dtype=np.bool_),
    )  # fmt: skip
    return [
        Odds(
            place=int(drawn.place[row]), chances=drawn.chances[row].tolist(), model=model,
            reasons=[
                RungReason.LEARNT, *_closed(drawn.open_rungs[row], drawn.too_dear[row], one, arms, stopped, missing)
            ],
        )
        for row, one in enumerate(some)
    ]  # fmt: skip


def _money(
    version: CampaignVersion, arms: Arms, people: Sequence[Enrolment], now: datetime
) -> tuple[list[float], FloatArray]:
    """What is left of each budget that holds, and (budgets, people, rungs) what each rung would hold of it. What nobody
    has a rate for fits into none."""
    if not month_money.limited(version, now):
        return [], np.zeros((0, len(people), len(arms.names)))
    month = month_money.month_money(version, now)
    purses = [(purse, purse.left) for purse in (month.own, month.shop) if purse.left is not None]
    told = np.zeros((len(purses), len(people), len(arms.names)))
    ids = [one.pk for one in people]
    for place, rung in enumerate(arms.rungs):
        if rung is None or rung.kind not in CODED:
            continue
        reserves = holds.of(rung, ids, now)
        for number, (purse, _) in enumerate(purses):
            told[number, :, place] = [_worth(purse, reserves[key]) for key in ids]
    return [float(left) for _, left in purses], told


def _worth(purse: Purse, held: Held) -> float:
    amount, currency = held
    if not amount:
        return 0.0
    return float(amount * purse.factors[currency]) if currency in purse.factors else math.inf


def _ruled(
    version: CampaignVersion, step: CampaignStep, arms: Arms, some: Sequence[_Starting], now: datetime
) -> list[Odds]:
    """What the owner's rules say of each."""
    stopped = stops.stopped(version.campaign_id)
    told = {one: _rule(step, arms, one, stopped) for one in {one.segment for one in some}}
    return [
        replace(told[one.segment], place=0) if one.enrolment.arm == Arm.CONTROL else told[one.segment]
        for one in some
    ]


def _rule(step: CampaignStep, arms: Arms, segment: str, stopped: Stopped) -> Odds:
    """What the owner's rules say, or the next cheaper rung that is not stopped. What cannot be given now gives way when
    it is promised (ladder.given): it was decided all the same."""
    rules = {str(one): number for one, number in reversed(step.rules)}
    number = rules.get(segment, step.default_rung)
    wanted = arms.place(next(rung for rung in step.rungs.all() if rung.number == number))
    place = stops.lowered(arms, wanted, segment, stopped)
    reasons = [RungReason.RULE if segment else RungReason.DEFAULT]
    if place != wanted:
        reasons.append(RungReason.STOPPED)
    return Odds(place=place, chances=[float(one == place) for one in range(len(arms.names))], reasons=reasons)


def _closed(
    open_rungs: BoolArray,
    too_dear: BoolArray,
    one: _Starting,
    arms: Arms,
    stopped: Stopped,
    missing: Sequence[bool],
) -> list[RungReason]:
    """Why rungs are closed that are."""
    found = set()
    for name, is_open, dear, gone in zip(arms.names, open_rungs, too_dear, missing, strict=True):
        if is_open:
            continue
        halted = (one.segment, name) in stopped
        found.add(
            RungReason.BUDGET if dear
            else RungReason.STOPPED if halted
            else RungReason.UNAVAILABLE if gone
            else RungReason.DOUBTED
        )  # fmt: skip
    return sorted(found)
