"""What staff read of a rung: in a sentence, what it costs each time, and why it cannot be given at the moment."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.campaigns import costs
from saleor_relacional.flows.campaigns.campaign.rung_goods import LISTS
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.incentives import codes, rungs
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.models import Rung, RungKind


def words(terms: RungTerms) -> str:
    """What somebody gets, in one sentence without a full stop."""
    said = {
        RungKind.NOTHING: lambda: _("Nothing, not even a message"),
        RungKind.WORD: lambda: _("A word"),
        RungKind.EARLY_ACCESS: lambda: _("Early access to %(goods)s") % {"goods": _names(terms)},
        RungKind.GIFT: lambda: _("%(goods)s as a gift") % {"goods": _names(terms)},
        RungKind.SERVICE: lambda: _("Priority service"),
        RungKind.CALL: lambda: _("A call by %(person)s") % {"person": terms.person},
        RungKind.SHIPPING: lambda: _("Free delivery"),
        RungKind.PERCENTAGE: lambda: _("%(value)s %% off")
        % {"value": rungs.plain(terms.value or Decimal(0))},
        RungKind.FIXED: lambda: _("%(amounts)s off") % {"amounts": _told(terms.amounts)},
    }[RungKind(terms.kind)]()
    return ", ".join([said, *_conditions(terms)])


def _conditions(terms: RungTerms) -> list[str]:
    found = []
    if terms.kind in (RungKind.PERCENTAGE, RungKind.FIXED) and (names := _names(terms)):
        found.append(_("for %(goods)s") % {"goods": names})
    if terms.once_per_order:
        found.append(_("one unit of the cheapest"))
    if terms.minimum:
        found.append(_("from %(amounts)s on") % {"amounts": _told(terms.minimum)})
    if terms.countries:
        found.append(_("to %(countries)s") % {"countries": ", ".join(terms.countries)})
    if terms.channels:
        found.append(_("in %(channels)s") % {"channels": ", ".join(terms.channels)})
    return found


def margin_cost(terms: RungTerms, channels: Sequence[str], now: datetime) -> tuple[Amount, ...]:
    """What it costs each time that it is used, as margin, once per currency: of a percentage with the shop's usual
    order. `channels`: slugs of the campaign's."""
    found = costs.reckoned(terms, channels, now)
    if found.cost or terms.kind not in (RungKind.PERCENTAGE, RungKind.FIXED):
        return found.cost
    if terms.kind == RungKind.FIXED:
        return terms.amounts
    return tuple(
        Amount(
            currency=one.currency,
            amount=(
                max(one.amount, terms.minimum_in(one.currency) or one.amount) * (terms.value or 0) / 100
            ).quantize(costs.CENT),
        )
        for one in costs.usual_orders(now).value
    )


def problem(rung: Rung) -> str:
    """Why it cannot be given at the moment, and what people get instead; empty: it can."""
    if codes.available(rung):
        return _unknown() if holds.unknown(rung, conf.host().now()) else ""
    if codes.outpriced(rung):
        return _(
            "The gift costs as much as its minimum spend by now, or more: raise the minimum. People get the next"
            " cheaper rung that can be given, or a word; codes that were promised are honoured."
        )
    if codes.shown(rung):
        return _(
            "Everybody sees its collection by now, so nothing opens early: people get the next cheaper rung that can be"
            " given, or a word."
        )
    if rung.kind in (RungKind.GIFT, RungKind.EARLY_ACCESS):
        return _(
            "It cannot be bought at the moment: people get the next cheaper rung that can be given, or a word."
        )
    return _(
        "No channel of the campaign with a sender takes its code: people get the next cheaper rung, or a word."
    )


def _unknown() -> str:
    return _(
        "Nobody can tell yet what it takes off, so nobody gets it within a budget: say a minimum spend, or what it"
        " costs."
    )


def _names(terms: RungTerms) -> str:
    found = []
    for name, kind in LISTS.items():
        if asked := getattr(terms, name):
            known = conf.host().goods(kind, asked, channels=())
            found += [known[one].name if one in known else one for one in asked]
    return ", ".join(found)


def _told(amounts: Sequence[Amount]) -> str:
    return " / ".join(f"{rungs.plain(one.amount)} {one.currency}" for one in amounts)
