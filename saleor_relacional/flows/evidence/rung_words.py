"""What is said of a rung that was stopped, in the reader's language."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from saleor_relacional.flows.evidence.results_words import _locale, money, priced
from saleor_relacional.flows.evidence.rung_sums import KEPT
from saleor_relacional.models import RungKind, RungStop


def sentence(stop: RungStop, segment: str) -> str:
    """Such as: 10 % for loyal customers cost 412 and brought at most 150 (95 of 100); it has been stopped for them.
    `segment`: what the owner calls its people; empty for those who are in no segment of a rule. Where margin was not
    known it says that this is money kept, which is not earned; where it was, how much of it rests on known costs."""
    told = _(
        "%(rung)s for %(segment)s cost %(cost)s and brought at most %(most)s (95 of 100); it has been stopped for them."
    )
    if stop.outcome == KEPT:
        told = _(
            "%(rung)s for %(segment)s cost %(cost)s and brought at most %(most)s in money kept (95 of 100; what is"
            " earned is not known); it has been stopped for them."
        )
    said = told % {
        "rung": what(stop.kind, stop.value), "segment": segment or _("everybody else"),
        "cost": money(stop.cost, stop.currency), "most": money(stop.brought_at_most, stop.currency),
    }  # fmt: skip
    if stop.cost_known is None or stop.cost_estimated is None:
        return said
    return f"{said} {priced((stop.cost_known, stop.cost_estimated))}"


def what(kind: str, value: Decimal | None = None) -> str:
    """A rung in few words."""
    if kind == RungKind.PERCENTAGE:
        return _("%(value)s %%") % {"value": format_decimal(value or 0, locale=_locale())}
    return {
        RungKind.NOTHING.value: _("Nothing"), RungKind.WORD.value: _("A word"),
        RungKind.EARLY_ACCESS.value: _("Early access"), RungKind.GIFT.value: _("A gift"),
        RungKind.SERVICE.value: _("Priority service"), RungKind.CALL.value: _("A call"),
        RungKind.SHIPPING.value: _("Free delivery"), RungKind.FIXED.value: _("An amount off"),
    }[kind]  # fmt: skip
