"""What was typed of a campaign, read: as the flow that saves it wants it. Refuses what cannot be read, at its field."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from saleor_relacional.dashboard import numbers
from saleor_relacional.dashboard.campaigns.draft import GOODS, Draft, RungDraft, StepDraft, currencies
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns.campaign import goods_choice
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.incentives.rungs import CODED, TASKS, Amount, RungRule, RungTerms
from saleor_relacional.models import RungKind
from saleor_relacional.rules.contact.policy import CampaignContactPolicy


def own(draft: Draft) -> Mapping[str, Any]:
    """What belongs to it whatever its version: its words, and over how many days it is measured. Raises BadInput."""
    found: dict[str, Any] = {name: draft.texts[name] for name in ("name", "goal", "hypothesis")}
    if draft.window is not None:
        found["window_days"] = _whole(draft.window, "windowDays") or 0
    return found


def terms(draft: Draft) -> dict[str, Any]:
    """All fields of Terms. Raises BadInput."""
    texts = draft.texts
    budget = _amount(texts["monthBudget"], "monthBudget")
    moneys = currencies(draft.many["channels"])
    if budget is not None and len(moneys) != 1:
        raise BadInput(
            _("A budget is in the currency of the campaign's channels: name channels of one currency."),
            field="monthBudget",
        )
    share = _decimal(texts["controlShare"], "controlShare")
    return {
        "stages": tuple(draft.many["stages"]), "channels": tuple(draft.many["channels"]),
        "languages": tuple(draft.many["languages"]),
        "segment": _segment(texts["segment"], "segment"), "objective": texts["objective"], "topic": texts["topic"],
        "steps": tuple(_step(step, f"steps[{place}]") for place, step in enumerate(draft.steps)),
        "daily_capacity": _whole(texts["dailyCapacity"], "dailyCapacity") or 0,
        "control_share": (share or Decimal(0)) / 100, "learning": "learning" in draft.ticks,
        "starts_on": _day(texts["startsOn"], "startsOn"), "ends_on": _day(texts["endsOn"], "endsOn"),
        "month_budget": budget, "budget_currency": moneys[0] if budget is not None else "",
        "contact_policy": CampaignContactPolicy(
            per_week=_whole(texts["contactPolicy.perWeek"], "contactPolicy.perWeek"),
            per_month=_whole(texts["contactPolicy.perMonth"], "contactPolicy.perMonth"),
            gap_days=_whole(texts["contactPolicy.gapDays"], "contactPolicy.gapDays"),
            weekends=False if "contactPolicy.noWeekends" in draft.ticks else None,
        ),
    }  # fmt: skip


def _step(step: StepDraft, place: str) -> Step:
    wait = _decimal(step.wait, f"{place}.wait") or Decimal(0)
    in_days = step.unit != "rhythms"
    if in_days and wait != wait.to_integral_value():
        raise BadInput(_("Give a whole number."), field=f"{place}.wait")
    return Step(
        message=step.message, wait_days=int(wait) if in_days else 0, wait_rhythms=Decimal(0) if in_days else wait,
        offer_days=_whole(step.offer_days, f"{place}.offerDays") or 14,
        default_rung=_whole(step.default_rung, f"{place}.defaultRung") or 1,
        rungs=tuple(_rung(rung, f"{place}.rungs[{number}]") for number, rung in enumerate(step.rungs)),
        rules=tuple(_rules(step, place)),
    )  # fmt: skip


def _rules(step: StepDraft, place: str) -> Any:
    for number, (segment, rung) in enumerate(step.rules):
        field = f"{place}.rules[{number}].segment"
        known = _segment(segment, field)
        if known is None:
            raise BadInput(_("Choose for whom, or take this line away."), field=field)
        yield RungRule(segment=known, rung=_whole(rung, f"{place}.rules[{number}].rung") or 1)


def _rung(rung: RungDraft, place: str) -> RungTerms:
    """What does not belong to its kind is left out: it stands in no field of the form."""
    kind, texts = rung.kind, rung.texts
    coded = kind in CODED
    moneys = {name: _amounts(rung, name, place) for name in rung.money}
    return RungTerms(
        kind=kind,
        value=_decimal(texts["value"], f"{place}.value") if kind == RungKind.PERCENTAGE else None,
        amounts=moneys["amounts"] if kind == RungKind.FIXED else (),
        minimum=moneys["minimum"] if coded else (),
        cost=moneys["cost"],
        once_per_order=rung.once if kind in (RungKind.PERCENTAGE, RungKind.FIXED) else False,
        channels=tuple(rung.channels),
        person=texts["person"] if kind in TASKS else "",
        note=texts["note"] if kind in TASKS else "",
        days=_whole(texts["days"], f"{place}.days") or 3 if kind in TASKS else 3,
        **{name: _goods(rung, name, place) if name in goods(kind) else () for name in GOODS},
    )


def _goods(rung: RungDraft, name: str, place: str) -> tuple[str, ...]:
    """What was chosen, and what was typed to find something and not chosen: that has to be one alone. Raises
    BadInput."""
    if name == "countries":
        return tuple(dict.fromkeys(rung.texts[name].replace(",", " ").split()))
    chosen, typed = list(rung.goods.get(name, [])), rung.texts.get(f"{name}.search", "").strip()
    if typed:
        chosen.append(goods_choice.meant(name, typed, field=f"{place}.{name}"))
    return tuple(dict.fromkeys(chosen))


def goods(kind: str) -> tuple[str, ...]:
    """Which lists of goods a rung of this kind may name."""
    return {
        RungKind.EARLY_ACCESS.value: ("collections",), RungKind.GIFT.value: ("variants",),
        RungKind.SHIPPING.value: ("countries",),
        RungKind.PERCENTAGE.value: ("products", "variants", "categories", "collections"),
        RungKind.FIXED.value: ("products", "variants", "categories", "collections"),
    }.get(kind, ())  # fmt: skip


def _amounts(rung: RungDraft, name: str, place: str) -> tuple[Amount, ...]:
    read = {
        currency: _amount(text, f"{place}.{name}[{currency}]") for currency, text in rung.money[name].items()
    }
    return tuple(
        Amount(currency=currency, amount=amount) for currency, amount in read.items() if amount is not None
    )


def _segment(text: str, field: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise BadInput(_("There is no such segment."), field=field) from error


def _decimal(text: str, field: str) -> Decimal | None:
    """A number; None where nothing is typed."""
    return numbers.number(text, field=field) if text.strip() else None


def _amount(text: str, field: str) -> Decimal | None:
    """Money, likewise."""
    return numbers.amount(text, field=field) if text.strip() else None


def _whole(text: str, field: str) -> int | None:
    number = numbers.whole(text, field=field) if text.strip() else None
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) > 10**9:
        raise BadInput(_("Give a whole number."), field=field)
    return int(number)


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadInput(_("Give a day as YYYY-MM-DD, or nothing."), field=field) from error
