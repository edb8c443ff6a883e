"""A campaign as it is typed: texts and ticks, as they stand in the form. What was typed stays, right or wrong.

Fields are named as the flows name them when they refuse one, so that an error finds its field.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from django.http import QueryDict

from saleor_relacional import conf
from saleor_relacional.dashboard import numbers
from saleor_relacional.flows.campaigns.terms import Terms, terms_of
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.models import Campaign, CampaignVersion, RungKind

MANY = ("stages", "channels", "languages")
"""Of which several are ticked."""
TEXTS = (
    "name", "goal", "hypothesis", "segment", "objective", "topic", "dailyCapacity", "controlShare", "monthBudget",
    "startsOn", "endsOn", "contactPolicy.perWeek", "contactPolicy.perMonth", "contactPolicy.gapDays",
)  # fmt: skip
TICKS = ("learning", "contactPolicy.noWeekends")
MONEY = ("amounts", "minimum", "cost")
PICKED = ("products", "variants", "categories", "collections")
"""Of which several are chosen, one reference each."""
GOODS = (*PICKED, "countries")
SEARCHES = tuple(f"{name}.search" for name in PICKED)
"""What was typed to find some."""
RUNG_TEXTS = ("kind", "value", "person", "note", "days", "countries", *SEARCHES)
ONE_ALONE = {(RungKind.GIFT.value, "variants"), (RungKind.EARLY_ACCESS.value, "collections")}
"""(kind of a rung, list): of which one alone is chosen."""
MOST = 40
"""Of steps, rungs and rules that are read from a form: a flow refuses fewer."""

One = TypeVar("One")


@dataclass(slots=True, kw_only=True)
class RungDraft:
    """One rung."""

    texts: dict[str, str] = field(default_factory=dict)
    money: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in MONEY})
    """Field → currency → what was typed."""
    goods: dict[str, list[str]] = field(default_factory=dict)
    """List → what was chosen, each once."""
    once: bool = False
    channels: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.texts.get("kind", "")


@dataclass(slots=True, kw_only=True)
class StepDraft:
    """One message."""

    message: str = ""
    wait: str = "0"
    unit: str = "days"
    """days, or rhythms of the person's own."""
    offer_days: str = "14"
    default_rung: str = "1"
    rungs: list[RungDraft] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    """(public id of a segment, number of a rung)"""


@dataclass(slots=True, kw_only=True)
class Draft:
    """The whole form."""

    texts: dict[str, str]
    ticks: set[str]
    many: dict[str, list[str]]
    steps: list[StepDraft]
    basis: int = 0
    """See saving.seen."""
    window: str | None = None
    """Days over which it is measured; None: that is fixed."""


def currencies(channels: Sequence[str]) -> list[str]:
    """In which the campaign sells: those of its channels, or all the shop's."""
    known = conf.host().channels()
    return sorted({one.currency for one in known if not channels or one.slug in channels})


def of(campaign: Campaign, version: CampaignVersion, basis: int) -> Draft:
    """As it is kept."""
    return of_terms(campaign, terms_of(version), basis)


def of_terms(campaign: Campaign, terms: Terms, basis: int) -> Draft:
    """The same, of terms that are checked."""
    policy = terms.contact_policy
    texts = {
        "name": campaign.name, "goal": campaign.goal, "hypothesis": campaign.hypothesis,
        "segment": str(terms.segment or ""), "objective": terms.objective, "topic": terms.topic,
        "dailyCapacity": str(terms.daily_capacity),
        "controlShare": numbers.shown(100 * (terms.control_share or Decimal(0))),
        "monthBudget": "" if terms.month_budget is None else numbers.shown(terms.month_budget),
        "startsOn": terms.starts_on.isoformat() if terms.starts_on else "",
        "endsOn": terms.ends_on.isoformat() if terms.ends_on else "",
        "contactPolicy.perWeek": _number(policy.per_week), "contactPolicy.perMonth": _number(policy.per_month),
        "contactPolicy.gapDays": _number(policy.gap_days),
    }  # fmt: skip
    ticks = {"learning"} if terms.learning else set[str]()
    return Draft(
        texts=texts,
        ticks=ticks | ({"contactPolicy.noWeekends"} if policy.weekends is False else set()),
        many={name: list(getattr(terms, name) or ()) for name in MANY},
        steps=_steps(terms),
        basis=basis,
        window=str(campaign.window_days) if campaign.fixed_at is None else None,
    )


def _steps(terms: Terms) -> list[StepDraft]:
    return [
        StepDraft(
            message=step.message, wait=numbers.shown(step.wait_rhythms) if step.wait_rhythms else str(step.wait_days),
            unit="rhythms" if step.wait_rhythms else "days", offer_days=str(step.offer_days),
            default_rung=str(step.default_rung), rungs=[_rung(one) for one in step.rungs],
            rules=[(str(rule.segment), str(rule.rung)) for rule in step.rules],
        )
        for step in terms.steps or ()
    ]  # fmt: skip


def _rung(terms: RungTerms) -> RungDraft:
    texts = {
        "kind": terms.kind, "value": "" if terms.value is None else numbers.shown(terms.value), "person": terms.person,
        "note": terms.note, "days": str(terms.days),
        "countries": ", ".join(terms.countries),
    }  # fmt: skip
    money = {name: _amounts(getattr(terms, name)) for name in MONEY}
    goods = {name: list(getattr(terms, name)) for name in PICKED}
    return RungDraft(
        texts=texts, money=money, goods=goods, once=terms.once_per_order, channels=list(terms.channels)
    )


def _amounts(given: Sequence[Amount]) -> dict[str, str]:
    return {one.currency: numbers.shown(one.amount) for one in given}


def typed(given: QueryDict) -> Draft:
    """As it was sent."""
    return Draft(
        texts={name: given.get(name, "") for name in TEXTS},
        ticks={name for name in TICKS if given.get(name)},
        many={name: given.getlist(name) for name in MANY},
        steps=[_typed_step(given, f"steps[{number}]") for number in _numbers(given, "steps")],
        basis=int(given.get("basis", "0")) if given.get("basis", "0").isdecimal() else 0,
        window=given.get("windowDays"),
    )


def _typed_step(given: QueryDict, place: str) -> StepDraft:
    return StepDraft(
        message=given.get(f"{place}.message", ""), wait=given.get(f"{place}.wait", ""),
        unit=given.get(f"{place}.waitUnit", "days"), offer_days=given.get(f"{place}.offerDays", ""),
        default_rung=given.get(f"{place}.defaultRung", "1"),
        rungs=[
            _typed_rung(given, f"{place}.rungs[{number}]") for number in _numbers(given, f"{place}.rungs")
        ],
        rules=[
            (given.get(f"{place}.rules[{number}].segment", ""), given.get(f"{place}.rules[{number}].rung", ""))
            for number in _numbers(given, f"{place}.rules")
        ],
    )  # fmt: skip


def _typed_rung(given: QueryDict, place: str) -> RungDraft:
    money: dict[str, dict[str, str]] = {}
    for name in MONEY:
        begins = f"{place}.{name}["
        money[name] = {key[len(begins) : -1]: given.get(key, "") for key in given if key.startswith(begins)}
    return RungDraft(
        texts={name: given.get(f"{place}.{name}", "") for name in RUNG_TEXTS},
        goods={name: _each(given.getlist(f"{place}.{name}")) for name in PICKED},
        money=money,
        once=bool(given.get(f"{place}.oncePerOrder")),
        channels=given.getlist(f"{place}.channels"),
    )


def _each(some: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, some)))


def _numbers(given: QueryDict, name: str) -> list[int]:
    """Which places of a list were sent, in order; a hole is none."""
    pattern = re.compile(re.escape(name) + r"\[(\d{1,4})\]")
    return sorted({int(found[1]) for key in given if (found := pattern.match(key))})[:MOST]


def redrawn(draft: Draft, do: str) -> str:
    """Add to the form or take away, as a button of it says (`step.add`, `rung.remove.0.1`); what it is about, as the
    name of a field that is to be looked at next. Another word changes nothing."""
    what, _, rest = do.partition(".")
    verb, *places = rest.split(".")
    if not all(one.isdecimal() and len(one) < 5 for one in places):
        return ""
    at = [int(one) for one in places]
    if what == "step":
        return _change(draft.steps, verb, at, StepDraft(rungs=[_rung(rungs.WORD)]), "steps[{}].message")
    if at and at[0] < len(draft.steps):
        step, place = draft.steps[at[0]], f"steps[{at[0]}]"
        if what == "rung":
            return _change(step.rungs, verb, at[1:], _offer(step), place + ".rungs[{}].kind")
        if what == "rule":
            return _change(step.rules, verb, at[1:], ("", "1"), place + ".rules[{}].segment")
    return ""


def choose(draft: Draft, field: str, reference: str) -> None:
    """Add what was found to the list whose field this is, or take its place where it is one alone. Another field
    changes nothing."""
    place = re.fullmatch(rf"steps\[(\d{{1,4}})\]\.rungs\[(\d{{1,4}})\]\.({'|'.join(PICKED)})", field)
    if place is None or int(place[1]) >= len(draft.steps):
        return
    rungs_there, name = draft.steps[int(place[1])].rungs, place[3]
    if int(place[2]) < len(rungs_there):
        rung = rungs_there[int(place[2])]
        before = [] if (rung.kind, name) in ONE_ALONE else rung.goods.get(name, [])
        rung.goods[name] = _each([*before, reference])
        rung.texts[f"{name}.search"] = ""


def _offer(step: StepDraft) -> RungDraft:
    """The next rung that one would add: something small off."""
    return RungDraft(
        texts={"kind": RungKind.PERCENTAGE.value, "value": "10" if step.rungs else "", "days": "3"}
    )


def _change(some: list[One], verb: str, at: list[int], new: One, name: str) -> str:
    if verb == "add" and len(some) < MOST:
        some.append(new)
        return name.format(len(some) - 1)
    if verb == "remove" and at and at[0] < len(some):
        del some[at[0]]
        return name.format(min(at[0], len(some) - 1)) if some else ""
    return ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
