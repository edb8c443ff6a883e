"""The ladder of a step, checked before it is kept: rungs in the order of their cost, each on terms that the host's
checkout grants as they are said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise

from django.utils.translation import gettext as _

from saleor_relacional.emails import library
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.campaigns.campaign import rung_goods
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import RungKind

MOST_RUNGS = 12
MOST_RULES = 20
MOST_MONEY = 10**9
MONEY_KINDS = (RungKind.PERCENTAGE.value, RungKind.FIXED.value)

Problem = tuple[str, bool, str]
"""Field, whether it is wrong, the cure."""


def checked(step: Step, place: str, sold_in: Mapping[str, str]) -> Step:
    """The step with its ladder as it will be kept: a discount becomes a ladder of one rung, nothing at all a word.
    `sold_in`: channel slug → currency, of the campaign's channels. Raises BadInput with the field at fault."""
    given = step.rungs
    if step.discount or step.value is not None:
        given = (_of_discount(step, place, sold_in),)
    if len(given) > MOST_RUNGS:
        raise BadInput(
            _("A ladder has %(most)s rungs at most.") % {"most": MOST_RUNGS}, field=f"{place}.rungs"
        )
    ladder = tuple(
        _checked(rung, step, f"{place}.rungs[{number}]", sold_in)
        for number, rung in enumerate(given or (rungs.WORD,))
    )
    _check_order(ladder, place)
    _check_rules(step, len(ladder), place)
    return replace(step, discount="", value=None, rungs=ladder)


def _of_discount(step: Step, place: str, sold_in: Mapping[str, str]) -> RungTerms:
    problems: Sequence[Problem] = (
        ("discount", step.discount not in ("", *MONEY_KINDS), "A discount is percentage or fixed, or empty."),
        ("rungs", bool(step.rungs), "Give a discount or a ladder, not both."),
        (
            "discount",
            not _tells(step, step.discount),
            "This mail tells of no offer: choose another one, or offer nothing.",
        ),
        ("value", not _worth(step, place), "Give a percentage up to 100, an amount above 0, or neither."),
    )  # fmt: skip
    _refuse(problems, place)
    value = input_validation.amount(step.value or 0, field=f"{place}.value", places="0.001")
    if step.discount == RungKind.PERCENTAGE:
        return RungTerms(kind=step.discount, value=value)
    moneys = set(sold_in.values())
    if len(moneys) != 1:
        # 500 yen is a thank-you and 500 pounds is not.
        raise BadInput(
            "An amount needs channels of one currency: name them, or say in a rung how much it is in each.",
            field="channels",
        )
    return RungTerms(kind=step.discount, amounts=(Amount(currency=moneys.pop(), amount=value),))


def _worth(step: Step, place: str) -> bool:
    if not step.discount or step.value is None:
        return False
    value = input_validation.amount(step.value, field=f"{place}.value", places="0.001")
    return 0 < value <= (100 if step.discount == RungKind.PERCENTAGE else MOST_MONEY)


def _refuse(problems: Iterable[Problem], place: str) -> None:
    for field, wrong, cure in problems:
        if wrong:
            raise BadInput(cure, field=f"{place}.{field}")


def _tells(step: Step, kind: str) -> bool:
    """Whether the mail tells of such a rung. One that is not there is refused elsewhere."""
    known = step.message in library.names()
    return not known or kind not in rungs.CODED or library.tells_offer(step.message)


def _checked(rung: RungTerms, step: Step, place: str, sold_in: Mapping[str, str]) -> RungTerms:
    if rung.kind not in rungs.ORDER:
        raise BadInput(_("There is no such kind of rung."), field=f"{place}.kind")
    if not _tells(step, rung.kind):
        raise BadInput(
            _("This mail does not tell of it: choose another mail, or another rung."), field=f"{place}.kind"
        )
    channels = rung.channels or tuple(sorted(sold_in))
    if not set(channels) <= set(sold_in):
        raise BadInput(_("Name channels of the campaign."), field=f"{place}.channels")
    moneys = sorted({sold_in[slug] for slug in channels})
    rung = replace(
        rung, value=_percent(rung, place), amounts=_amounts(rung.amounts, f"{place}.amounts"),
        minimum=_amounts(rung.minimum, f"{place}.minimum"), cost=_amounts(rung.cost, f"{place}.cost", least=Decimal(0)),
        person=input_validation.line(rung.person, field=f"{place}.person", most=120, required=False),
        note=input_validation.words(rung.note, field=f"{place}.note", most=400),
        countries=tuple(sorted({code.strip().upper() for code in rung.countries})),
    )  # fmt: skip
    _refuse(_problems(rung, moneys), place)
    _refuse(rung_goods.problems(rung, {slug: sold_in[slug] for slug in channels}), place)
    return rung


def _percent(rung: RungTerms, place: str) -> Decimal | None:
    if rung.value is None:
        return None
    return input_validation.amount(rung.value, field=f"{place}.value", places="0.001")


def _amounts(given: Sequence[Amount], field: str, least: Decimal = Decimal("0.001")) -> tuple[Amount, ...]:
    found = {}
    for one in given:
        amount = input_validation.amount(one.amount, field=field, places="0.001")
        code = input_validation.line(one.currency, field=field, most=3).upper()
        if code in found:
            raise BadInput(_("Give one amount per currency."), field=field)
        if not least <= amount <= MOST_MONEY:
            raise BadInput(_("Give amounts above 0."), field=field)
        found[code] = Amount(currency=code, amount=amount)
    return tuple(found[code] for code in sorted(found))


def _problems(rung: RungTerms, moneys: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with a rung, in the order of its fields; `moneys`: currencies of its channels."""
    coded, fixed = rung.kind in rungs.CODED, rung.kind == RungKind.FIXED
    percent = rung.kind == RungKind.PERCENTAGE
    yield "value", percent and not (rung.value and 0 < rung.value <= 100), _("Give a percentage up to 100.")
    yield "value", not percent and rung.value is not None, _("Only a percentage has a value.")
    yield "amounts", fixed and not _covers(rung.amounts, moneys), _in_each(moneys)
    yield "amounts", not fixed and bool(rung.amounts), _("Only a fixed amount has amounts.")
    yield "minimum", not coded and bool(rung.minimum), _("Only what gives a code has a minimum spend.")
    yield "minimum", bool(rung.minimum) and not _covers(rung.minimum, moneys), _in_each(moneys)
    yield "days", rung.kind in rungs.TASKS and not 1 <= rung.days <= 60, _("Staff have 1 to 60 days.")
    yield (
        "person",
        rung.kind == RungKind.CALL and not rung.person,
        _("Say who calls: the message names them."),
    )


def _covers(amounts: Sequence[Amount], moneys: Sequence[str]) -> bool:
    return {one.currency for one in amounts} >= set(moneys)


def _in_each(moneys: Sequence[str]) -> str:
    return _("Say how much it is in each currency of its channels: %(moneys)s.") % {
        "moneys": ", ".join(moneys)
    }


def _check_order(ladder: Sequence[RungTerms], place: str) -> None:
    """What costs less comes first; of amounts, in every currency."""
    for number, (lower, upper) in enumerate(pairwise(ladder), 1):
        if _weight(lower) > _weight(upper):
            raise BadInput(
                _("A ladder stands in the order of its cost, money last: %(order)s.")
                % {"order": ", ".join(rungs.ORDER)},
                field=f"{place}.rungs[{number}].kind",
            )
    for before, after in combinations(range(len(ladder)), 2):
        if less := _less(ladder[before], ladder[after]):
            raise BadInput(
                _(
                    "In %(currency)s it takes less off than rung %(number)s before it: amounts stand in the same order"
                    " in every currency."
                )
                % {"currency": less, "number": before + 1},
                field=f"{place}.rungs[{after}].amounts",
            )


def _weight(rung: RungTerms) -> tuple[int, Decimal]:
    return rungs.ORDER.index(rung.kind), rung.value or Decimal(0)


def _less(lower: RungTerms, upper: RungTerms) -> str:
    """The first currency in which the upper one takes less off; empty: none."""
    found = (
        one.currency for one in lower.amounts if (upper.amount_in(one.currency) or one.amount) < one.amount
    )
    return next(found, "")


def _check_rules(step: Step, most: int, place: str) -> None:
    if not 1 <= step.default_rung <= most:
        raise BadInput(_("The ladder has no rung of this number."), field=f"{place}.defaultRung")
    if len(step.rules) > MOST_RULES:
        raise BadInput(_("A step has %(most)s rules at most.") % {"most": MOST_RULES}, field=f"{place}.rules")
    for number, rule in enumerate(step.rules):
        if not 1 <= rule.rung <= most:
            raise BadInput(_("The ladder has no rung of this number."), field=f"{place}.rules[{number}].rung")
        audience.check(rule.segment, field=f"{place}.rules[{number}].segment")
