"""The ladder of a campaign as people say it: what each rung is, who gets it, what it changed, and what was stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard.filters import money
from saleor_relacional.dashboard.incentives.money import Month, months
from saleor_relacional.flows.campaigns import campaigns, rung_report
from saleor_relacional.flows.campaigns.deciding import audit
from saleor_relacional.flows.evidence import results_words, rung_sums, rung_words
from saleor_relacional.flows.incentives import accounts, rungs
from saleor_relacional.models import Campaign, CampaignStep, CampaignVersion, Rung, RungKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLine:
    """One rung."""

    number: int
    words: str
    cost: str
    problem: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a rung brought over a cheaper one."""

    who: str
    rung: str
    cheaper: str
    people: int
    between: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderView:
    """A campaign with what it offers."""

    campaign: Campaign
    steps: Sequence[tuple[int, Sequence[RungLine]]]
    month: Month
    effects: Sequence[Effect]
    learnt_on: datetime | None
    kept: bool
    """Whether they are measured by money kept, because margin is not known of everybody."""
    priced: str
    """How much of what was earned rests on known costs; empty where that is not measured."""
    stops: Sequence[str]
    learning: bool


def view(campaign: Campaign, now: datetime) -> LadderView:
    """As it stands now."""
    version, using = campaigns.current(campaign), conf.database()
    steps = version.steps.order_by("number").prefetch_related("rungs")
    known = audit.learnt(campaign, using=using)
    return LadderView(
        campaign=campaign, steps=[(step.number, _lines(step, version, now)) for step in steps],
        month=months(accounts.of_campaign(campaign.pk, now))[0], effects=_effects(known),
        learnt_on=known.as_of if known else None,
        kept=known is not None and known.outcome == rung_sums.KEPT, priced=_priced(known), learning=version.learning,
        stops=[sentence for _row, sentence in audit.stopped(campaign, using=using)],
    )  # fmt: skip


def _priced(known: audit.Learnt | None) -> str:
    return results_words.priced(known.priced) if known and known.outcome == rung_sums.MARGIN else ""


def _lines(step: CampaignStep, version: CampaignVersion, now: datetime) -> list[RungLine]:
    rows = sorted(step.rungs.all(), key=lambda rung: rung.number)
    return [_line(row, step, version, now, alone=len(rows) == 1) for row in rows]


def _line(row: Rung, step: CampaignStep, version: CampaignVersion, now: datetime, *, alone: bool) -> RungLine:
    terms = rungs.of(row)
    named = [_people(segment) for segment, number in step.rules if number == row.number]
    if row.number == step.default_rung:
        named.append(_("everybody") if alone or not step.rules else _("everybody else"))
    cost = [money(one.amount, one.currency) for one in rung_report.margin_cost(terms, version.channels, now)]
    return RungLine(
        number=row.number, words=rung_report.words(terms), cost=" / ".join(cost), problem=rung_report.problem(row),
        who=", ".join(named) or _("nobody, as the lines stand"),
    )  # fmt: skip


def _people(segment: str) -> str:
    return audit.named(segment) or _("a segment that is gone")


def _effects(known: audit.Learnt | None) -> list[Effect]:
    if known is None:
        return []
    return [
        Effect(
            who=audit.named(one.segment) or _("everybody else"), rung=_what(known.rungs[one.rung]),
            cheaper=_what(known.rungs[one.cheaper]), people=one.people,
            between=_("between %(low)s and %(high)s per person")
            % {"low": money(one.low, known.currency), "high": money(one.high, known.currency)},
            cost=money(one.cost, known.currency),
        )
        for one in known.effects
    ]  # fmt: skip


def _what(named: audit.Named) -> str:
    return what(*named)


def what(kind: str, value: float | None) -> str:
    """A rung in few words."""
    if kind == RungKind.PERCENTAGE and value is not None:
        return f"{value:g} %"
    return rung_words.what(kind)
