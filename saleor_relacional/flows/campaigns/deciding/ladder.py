"""Which rung of a step's ladder each person gets.

The owner's rules come first: the first one whose segment somebody is in says their rung; for whom none holds, the
step's default says it. Asked of the treated alone, when their message is queued: what the control group would have got
is the same rules' answer. Of the first step it is decided when somebody starts, for both arms, and kept: decide.py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from saleor_relacional.flows.campaigns.deciding import stops
from saleor_relacional.flows.incentives import arms, codes
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.flows.segments.segments import Known
from saleor_relacional.models import CampaignStep, Enrolment, Rung, RungDecision, RungKind


def choose(step: CampaignStep, enrolments: Sequence[Enrolment], now: datetime) -> Mapping[int, Rung]:
    """Enrolment's id → its rung, for those whose person is known. Whoever has drawn one (decide.py) has that; the rules
    say that of all others, or the next cheaper one where it is stopped in their segment."""
    drawn = RungDecision.objects.filter(step=step, enrolment__in=enrolments, rung__isnull=False)
    decided = {one.enrolment_id: one.rung for one in drawn.select_related("rung") if one.rung is not None}
    people = {
        each.pk: each.profile_id
        for each in enrolments
        if each.profile_id is not None and each.pk not in decided
    }
    ruled = of_people(step, list(people.values()), now)
    return {**decided, **{enrolment: ruled[person] for enrolment, person in people.items()}}


def of_people(step: CampaignStep, people: Sequence[int], now: datetime) -> Mapping[int, Rung]:
    """Person → the rung that they would get, by the owner's rules; the next cheaper one where it is stopped in their
    segment."""
    if not people:
        return {}
    numbers = {str(segment): number for segment, number in reversed(step.rules)}
    by_number = {rung.number: rung for rung in step.rungs.all()}
    ladder, stopped = arms.arms(step), stops.stopped(step.version.campaign_id)

    def rung_for(segment: str) -> Rung:
        wanted = by_number[numbers.get(segment, step.default_rung)]
        return ladder.rungs[stops.lowered(ladder, ladder.place(wanted), segment, stopped)] or wanted

    inside = segment_of(step, people, now)
    by_segment = {segment: rung_for(segment) for segment in set(inside.values())}
    return {person: by_segment[segment] for person, segment in inside.items()}


def offered(step: CampaignStep, people: Sequence[int], now: datetime) -> Mapping[int, Rung | None]:
    """Person → what would be given of the rung that they would get; None: just a word. Whichever their arm."""
    ruled = of_people(step, people, now)
    can = {rung.pk: given(rung) for rung in {rung.pk: rung for rung in ruled.values()}.values()}
    return {person: can[rung.pk] for person, rung in ruled.items()}


def segment_of(step: CampaignStep, people: Sequence[int], now: datetime) -> Mapping[int, str]:
    """Person → public id of the first segment of the step's rules that they are in; empty: none of them. One statement
    for all of them."""
    inside = _inside(step, people, now)
    order = [str(segment) for segment, _ in step.rules]
    return {person: next((one for one in order if one in inside.get(person, ())), "") for person in people}


def given(rung: Rung) -> Rung | None:
    """The rung, where it can be given now; else the next cheaper one that can, nothing excepted; None: just a word. A
    gift that is out of stock cannot, nor a code that no channel of the campaign would take, nor goods that cannot be
    bought (any more)."""
    ladder = sorted(rung.step.rungs.all(), key=lambda one: one.number)
    lower = [one for one in ladder if one.number <= rung.number and one.kind != RungKind.NOTHING]
    if rung.kind == RungKind.NOTHING:
        return rung
    return next((one for one in reversed(lower) if codes.available(one)), None)


def cheaper(rung: Rung) -> Rung | None:
    """The next cheaper rung that can be given; None: just a word."""
    below = rung.step.rungs.filter(number__lt=rung.number).exclude(kind=RungKind.NOTHING)
    lower = below.order_by("-number").first()
    return given(lower) if lower else None


def _inside(step: CampaignStep, people: Sequence[int], now: datetime) -> Mapping[int, frozenset[str]]:
    """Person → public ids of the segments of the step's rules that they are in."""
    asked = [_known(segment) for segment, _ in step.rules]
    readable = [each for each in asked if each]
    if not readable or not people:
        return {}
    told = membership.segments_of(people, readable, now=now)
    return {person: frozenset(str(one.public_id) for one in found) for person, found in told.items()}


def _known(segment: str) -> Known | None:
    return segments.of_public_id(UUID(segment))
