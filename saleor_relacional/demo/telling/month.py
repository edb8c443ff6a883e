"""What the owner reads of the coming month: the calendar, day by day for a week, then each campaign's month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional.demo.terminal import Terminal, count
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.calendar.calendars import CampaignDay
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.models import Campaign

SHOWN = 7
"""Days."""

Month = Mapping[date, Sequence[CampaignDay]]


def tell(terminal: Terminal, campaigns: Sequence[Campaign], now: datetime) -> dict[str, Any]:
    """Make the calendar, and tell it; for the last line."""
    made = calendars.make(now)
    month: Month = calendars.days(made) if made else {}
    kinds = {campaign.pk: campaign.kind for campaign in campaigns}
    terminal.heading(_("The coming month, if nobody bought or answered"))
    terminal.say(_("By day: mails that would leave, and who would still wait for room in the evening."))
    terminal.rows([(_day(day), _of_a_day(each, kinds)) for day, each in [*month.items()][:SHOWN]])
    terminal.line()
    terminal.say(_("In all %d days:") % len(month))
    terminal.rows([(str(kind_of(kind).title), _of_the_month(month, key)) for key, kind in kinds.items()])
    sums = Counter[str]()
    for each in month.values():
        for one in each:
            sums.update(treated=one.treated, control=one.control)
    return {"calendar": {"days": len(month), "treated": sums["treated"], "control": sums["control"]}}


def _of_a_day(each: Sequence[CampaignDay], kinds: Mapping[int, str]) -> str:
    said = [
        f"{kind_of(kinds[one.campaign_id]).title} {count(one.treated)}"
        for one in each
        if one.treated and one.campaign_id in kinds
    ]
    waiting = _("%s wait") % count(sum(one.waiting for one in each))
    return ", ".join([*said, waiting])


def _of_the_month(month: Month, campaign: int) -> str:
    its = [one for each in month.values() for one in each if one.campaign_id == campaign]
    cost, gain = _sum(one.cost for one in its), _sum(one.gain for one in its)
    told = _(
        "%(treated)s mails, %(control)s held out; offers take off at most %(cost)s, expected gain %(gain)s"
    )
    values = {
        "treated": count(sum(one.treated for one in its)), "control": count(sum(one.control for one in its)),
        "cost": _money(cost), "gain": _money(gain),
    }  # fmt: skip
    return told % values


def _sum(each: Any) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for one in each:
        for currency, value in one.items():
            total[currency] = total.get(currency, Decimal(0)) + value
    return total


def _money(amounts: Mapping[str, Decimal]) -> str:
    locale = get_language() or "en"
    told = [format_currency(value, currency, locale=locale) for currency, value in sorted(amounts.items())]
    return ", ".join(told) or "0"


def _day(day: date) -> str:
    return format_date(day, "EEE d MMM", locale=get_language() or "en")
