"""Who draws which rung when they start, in both arms, and with which probability: written with what they are promised.

Where the owner's rules say the rung, it is theirs with the probability of being treated. Where a campaign learns, it is
drawn with the probabilities that follow from what was known (`learn.known`): every rung that is open is open to
everybody who is treated with 5 % or more. Chance is a hash of the campaign's salt and the enrolment's id, so that a
decision can be checked by anybody who may read both.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from saleor_relacional.flows.campaigns.deciding import ladder, learn, stops
from saleor_relacional.flows.campaigns.deciding.reasons import RungReason
from saleor_relacional.flows.campaigns.deciding.stops import Stopped
from saleor_relacional.flows.incentives import arms as ladders
from saleor_relacional.flows.incentives import codes
from saleor_relacional.flows.incentives.arms import Arms
from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.ladder import state, thompson
from saleor_relacional.models import (
    Arm,
    CampaignStep,
    CampaignVersion,
    Enrolment,
    RungDecision,
    RungModel,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What somebody who is treated may draw, by place."""

    chances: Sequence[float]
    reasons: Sequence[RungReason]
    model: RungModel | None = None


def decide(version: CampaignVersion, enrolments: Sequence[int], now: datetime) -> int:
    """Draw for these people, who start now under this version, and write it down; how many. Nobody draws where the
    ladder of the first step leaves no choice."""
    step = learn.first_step(version)
    arms = ladders.arms(step)
    if len(arms.names) < 3 or not enrolments:
        return 0
    people = [one for one in Enrolment.objects.filter(pk__in=enrolments).order_by("pk") if one.profile_id]
    inside = ladder.segment_of(step, [one.profile_id for one in people if one.profile_id], now)
    odds = _odds(version, step, arms, set(inside.values()), now)
    rows = [
        _decision(version, step, arms, one, segment, odds[segment], now)
        for one in people
        if (segment := inside.get(one.profile_id or 0)) is not None
    ]
    return len(RungDecision.objects.bulk_create(rows, ignore_conflicts=True))


def chance(salt: bytes | memoryview, enrolment: UUID, step: int) -> float:
    """In [0, 1): the first 53 bits of HMAC-SHA-256(key=salt, message="rung/<enrolment's id>/<step's number>")."""
    drawn = hmac.digest(bytes(salt), f"rung/{enrolment}/{step}".encode(), hashlib.sha256)
    return (int.from_bytes(drawn[:8], "big") >> 11) / 2.0**53


def _decision(
    version: CampaignVersion, step: CampaignStep, arms: Arms, enrolment: Enrolment, segment: str, odds: Odds,
    now: datetime,
) -> RungDecision:  # fmt: skip
    held_out = enrolment.arm == Arm.CONTROL
    share = float(enrolment.drawn_share)
    whole = [(1 - share) * chance for chance in odds.chances]
    whole[0] += share
    luck = chance(version.campaign.salt, enrolment.public_id, step.number)
    place = 0 if held_out else int(thompson.choose([odds.chances], [luck])[0])
    return RungDecision(
        enrolment=enrolment, step=step, rung=arms.rungs[place], ladder=arms.ladder, place=place, segment=segment,
        open_rungs="".join("1" if one > 0 else "0" for one in whole), probability=whole[place], probabilities=whole,
        reasons=[RungReason.CONTROL, *odds.reasons] if held_out else list(odds.reasons), model=odds.model, at=now,
    )  # fmt: skip


def _odds(
    version: CampaignVersion, step: CampaignStep, arms: Arms, segments: Set[str], now: datetime
) -> Mapping[str, Odds]:
    """By segment."""
    stopped = stops.stopped(version.campaign_id)
    if not version.learning:
        return {one: _ruled(step, arms, one, stopped) for one in segments}
    missing = [rung is not None and not codes.available(rung) for rung in arms.rungs]
    model = learn.known(version, step, arms, now)
    known = state.read(model.state)
    rows = sorted(known.segments)
    allowed = np.array([
        [not gone and (one, name) not in stopped for name, gone in zip(arms.names, missing, strict=True)]
        for one in rows
    ])  # fmt: skip
    allowed[:, : thompson.ALWAYS] = True
    chances = known.chances(allowed)
    return {
        one: Odds(
            chances=chances[rows.index(one)].tolist(), model=model,
            reasons=[RungReason.LEARNT, *_closed(chances[rows.index(one)], one, arms, stopped, missing)],
        )
        for one in segments
    }  # fmt: skip


def _ruled(step: CampaignStep, arms: Arms, segment: str, stopped: Stopped) -> Odds:
    """What the owner's rules say, or the next cheaper rung that is not stopped. What cannot be given now gives way when
    it is promised (ladder.given): it was decided all the same."""
    rules = {str(one): number for one, number in reversed(step.rules)}
    number = rules.get(segment, step.default_rung)
    wanted = arms.place(next(rung for rung in step.rungs.all() if rung.number == number))
    place = stops.lowered(arms, wanted, segment, stopped)
    reasons = [RungReason.RULE if segment else RungReason.DEFAULT]
    if place != wanted:
        reasons.append(RungReason.STOPPED)
    return Odds(chances=[float(one == place) for one in range(len(arms.names))], reasons=reasons)


def _closed(
    chances: FloatArray, segment: str, arms: Arms, stopped: Stopped, missing: Sequence[bool]
) -> list[RungReason]:
    """Why rungs are closed that are."""
    found = set()
    for name, one, gone in zip(arms.names, chances, missing, strict=True):
        if one == 0:
            halted = (segment, name) in stopped
            found.add(
                RungReason.STOPPED if halted else RungReason.UNAVAILABLE if gone else RungReason.DOUBTED
            )
    return sorted(found)
