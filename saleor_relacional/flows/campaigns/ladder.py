"""Which rung of a step's ladder each person gets.

The owner's rules come first: the first one whose segment somebody is in says their rung; for whom none holds, the
step's default says it. Asked of the treated alone, when their message is queued: what the control group would have got
is the same rules' answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from saleor_relacional.flows.incentives import codes
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.flows.segments.segments import Known
from saleor_relacional.models import CampaignStep, Enrolment, Rung, RungKind


def choose(step: CampaignStep, enrolments: Sequence[Enrolment], now: datetime) -> Mapping[int, Rung]:
    """Enrolment's id → its rung, for those whose person is known. One statement for all of them."""
    people = {each.pk: each.profile_id for each in enrolments if each.profile_id is not None}
    chosen = of_people(step, list(people.values()), now)
    return {enrolment: chosen[person] for enrolment, person in people.items()}


def of_people(step: CampaignStep, people: Sequence[int], now: datetime) -> Mapping[int, Rung]:
    """Person → the rung that they would get, by the owner's rules."""
    known = {rung.number: rung for rung in step.rungs.all()}
    inside = _inside(step, people, now)
    rules = [(str(segment), number) for segment, number in step.rules]

    def number_for(person: int) -> int:
        theirs = (number for segment, number in rules if segment in inside.get(person, ()))
        return next(theirs, step.default_rung)

    return {person: known[number_for(person)] for person in people}


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
