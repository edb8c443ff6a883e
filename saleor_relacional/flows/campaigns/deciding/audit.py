"""What staff read of decisions: each with its probabilities and reasons, what the rungs bring, and what is stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.deciding import learn
from saleor_relacional.flows.evidence import rung_words
from saleor_relacional.flows.incentives import arms as ladders
from saleor_relacional.flows.incentives.arms import Arms
from saleor_relacional.flows.segments import segments
from saleor_relacional.insight.ladder import state, stopping
from saleor_relacional.insight.ladder.stopping import RungEffect
from saleor_relacional.models import Campaign, RungDecision, RungModel, RungStop

MOST = 100


Named = tuple[str, float | None]
"""A rung as it is read: its kind, and of a percentage its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision, as it is read."""

    key: int
    place: int
    chances: Sequence[tuple[str, float | None, float]]
    """Kind, value and probability of each rung, the cheapest first."""
    segment: str
    reasons: Sequence[str]
    as_of: datetime | None
    """Up to when windows had closed that were learnt from; None where rules decided."""
    digest: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """Decisions of a campaign, the latest first."""

    decisions: Sequence[Decision]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What is known of the ladder that a campaign has now."""

    as_of: datetime
    currency: str
    outcome: str
    """margin, or kept while margin is not known of everybody."""
    priced: tuple[float, float] | None
    """Of the money that margin was measured of, which parts have a cost of their day, and of a later one."""
    digest: str
    rungs: Mapping[str, Named]
    """Name of a rung → how it is read."""
    effects: Sequence[RungEffect]
    """Of each rung that people drew over the next cheaper one that can be compared with it, by segment."""


def page(campaign: Campaign, *, first: int, after: int | None, using: str) -> DecisionPage:
    """At most `first` decisions, those after the one of this key. Raises BadInput for a size that cannot be."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    rows = RungDecision.objects.using(using).filter(enrolment__campaign=campaign)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    ladders_too = rows.select_related("model", "step").prefetch_related("step__rungs")
    found = list(ladders_too.order_by("-pk")[: first + 1])
    return DecisionPage(decisions=[_read(one) for one in found[:first]], more=len(found) > first)


def _read(row: RungDecision) -> Decision:
    named = _named(ladders.arms(row.step)).values()
    return Decision(
        key=row.pk, place=row.place, segment=row.segment, reasons=row.reasons, at=row.at,
        chances=[(*name, chance) for name, chance in zip(named, row.probabilities, strict=True)],
        as_of=row.model.as_of if row.model else None, digest=row.model.digest if row.model else None,
    )  # fmt: skip


def _named(arms: Arms) -> dict[str, Named]:
    """In the order of the ladder."""
    return {
        name: (name.partition(":")[0], float(rung.value) if rung and rung.value is not None else None)
        for name, rung in zip(arms.names, arms.rungs, strict=True)
    }


def learnt(campaign: Campaign, *, using: str) -> Learnt | None:
    """None before the first night, and where the ladder leaves no choice."""
    arms = ladders.arms(learn.first_step(campaigns.current(campaign)))
    rows = RungModel.objects.using(using).filter(campaign=campaign, ladder=arms.ladder)
    if (row := rows.order_by("-day").first()) is None:
        return None
    known = state.read(row.state)
    return Learnt(
        as_of=row.as_of, currency=known.currency, outcome=known.outcome, priced=known.priced, digest=row.digest,
        rungs=_named(arms), effects=stopping.effects(known.gathered),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """What was known of a ladder on one night, as decisions refer to it."""

    as_of: datetime
    """Windows that had closed by then are in it."""
    digest: str
    state: str
    """JSON, to the letter what the digest is made of."""


def model(campaign: Campaign, digest: str, *, using: str) -> StoredModel | None:
    """The state of this digest; None where this campaign has none such."""
    rows = RungModel.objects.using(using).filter(campaign=campaign, digest=digest)
    if (row := rows.order_by("day").first()) is None:
        return None
    # The database keeps a great number without its point; read back it is what was written.
    told = state.text(state.read(row.state).written())
    return StoredModel(as_of=row.as_of, digest=row.digest, state=told)


def stopped(campaign: Campaign, *, using: str) -> list[tuple[RungStop, str]]:
    """Each with its sentence, the latest first."""
    rows = RungStop.objects.using(using).filter(campaign=campaign).order_by("-at", "-pk")
    return [(row, rung_words.sentence(row, named(row.segment))) for row in rows]


def named(segment: str) -> str:
    """What the owner calls the people of a segment; empty for no segment, or one that is gone."""
    found = segments.of_public_id(UUID(segment)) if segment else None
    return found.name if found else ""
