"""What the owner reads before the first day: what the file held, who the customers are, what was decided."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional.dashboard.incentives import ladder as incentives
from saleor_relacional.db import sql, tables
from saleor_relacional.demo.days import Diary
from saleor_relacional.demo.shopkeeping import OFFER_DAYS, Decisions
from saleor_relacional.demo.terminal import Terminal, count
from saleor_relacional.flows.importing.import_file import Imported
from saleor_relacional.models import Campaign, Stage

AT_RISK = (Stage.SLIPPING.value, Stage.LAPSED.value)

BY_STAGE = f"""
SELECT s.stage, count(*), coalesce(sum(u.year), 0)
FROM {tables.CUSTOMER_SUMMARY} s LEFT JOIN LATERAL (
    SELECT sum(sold) AS year FROM {tables.PURCHASE} u
    WHERE u.profile_id = s.profile_id AND u.state = 'counts' AND u.placed_at > %(year_ago)s AND u.placed_at <= %(now)s
) u ON true GROUP BY s.stage
"""


MONTHLY = f"""
SELECT coalesce(sum(sold), 0) / 12 FROM {tables.PURCHASE}
WHERE state = 'counts' AND currency = %(currency)s AND placed_at > %(year_ago)s AND placed_at <= %(now)s
"""


def money(amount: Decimal | float, currency: str) -> str:
    """As the reader's language writes it."""
    return format_currency(amount, currency, locale=get_language() or "en")


def whole(amount: Decimal | float, currency: str) -> str:
    """Without cents, where cents say nothing."""
    locale = get_language() or "en"
    pattern = "#,##0 ¤" if locale == "es" else "¤#,##0"
    return format_currency(round(amount), currency, pattern, locale=locale, currency_digits=False)


def imported(terminal: Terminal, done: Imported, currency: str, seconds: float) -> None:
    """What the file held."""
    values = {"lines": done.lines, "purchases": done.purchases, "buyers": done.buyers}
    said = _("%(lines)s lines read in %(seconds).0f s: %(purchases)s purchases of %(buyers)s buyers.")
    terminal.say(said % {**{name: count(value) for name, value in values.items()}, "seconds": seconds})
    amounts = {_("sold"): done.sold, _("refunded"): done.refunded, _("kept"): done.kept}
    written = {name: money(part.get(currency, Decimal(0)), currency) for name, part in amounts.items()}
    width = max(len(text) for text in written.values())
    terminal.rows([(name, text.rjust(width)) for name, text in written.items()])
    for words, number in _left_out(done).items():
        if number:
            terminal.say(f"{count(number)} {words}")
    for words in done.assumed:
        terminal.say(_("Taken for granted: %s.") % words)
    terminal.say(
        _("Who has no address got one at .example, and the shop states that all of them agreed to mail.")
    )


def _left_out(done: Imported) -> dict[str, int]:
    return {
        _("lines without a customer, left out"): done.without_customer,
        _("people with refunds only"): done.refund_only,
        _("lines that could not be read (in the rejects file)"): done.rejects,
    }


def stages(terminal: Terminal, now: datetime, currency: str, seconds: float) -> None:
    """Customers by stage, and the money at risk."""
    found = {
        stage: (number, year)
        for stage, number, year in sql.rows(BY_STAGE, {"now": now, "year_ago": now - timedelta(days=365)})
    }
    bought = _("bought for %s in a year")
    terminal.bars(
        [
            (words, found[stage][0], bought % whole(found[stage][1], currency) if found[stage][1] else "")
            for stage, words in stage_words().items()
            if stage in found
        ]
    )
    at_risk = [found[stage] for stage in AT_RISK if stage in found]
    people, year = sum(number for number, _year in at_risk), sum((year for _n, year in at_risk), Decimal(0))
    said = _(
        "Money at risk: the %(people)s who are slipping or lapsed bought for %(money)s in the last 12 months."
    )
    terminal.say(said % {"people": count(people), "money": whole(year, currency)})
    terminal.say(_("Finding everybody's rhythm, stage and prospects took %.1f s.") % seconds)


def monthly(now: datetime, currency: str) -> Decimal:
    """What is sold in a month, by the last twelve."""
    given = {"now": now, "year_ago": now - timedelta(days=365), "currency": currency}
    return Decimal(sql.rows(MONTHLY, given)[0][0])


def stage_words() -> dict[str, str]:
    """Stage → in a word, in the order in which a relationship goes through them."""
    return {
        "prospect": _("prospect"),
        "new": _("new"),
        "active": _("active"),
        "loyal": _("loyal"),
        "slipping": _("slipping"),
        "lapsed": _("lapsed"),
        "lost": _("lost"),
        "recovered": _("recovered"),
    }


def decided(terminal: Terminal, made: Decisions, products: int, currency: str) -> None:
    """What the owner set up."""
    control = _("%d in 100 get nothing, by lot: what they do shows what the mail changes")
    budget = _("%(money)s a month at most, reserved when a code is given")
    costs = _("%(share)d of 100 are left of what is sold without tax; a mail costs %(mail)s")
    rows = {
        _("channel"): _("products: %d; anybody can check out as a guest") % products,
        _("sender"): _("%s, with a postal address, as the law wants") % made.sender,
        _("for whom"): _("slipping and lapsed, each by their own rhythm"),
        _("budget"): budget % {"money": whole(made.month_budget, currency)},
        _("costs"): costs % {"share": round(made.margin * 100), "mail": money(made.mail_cost, currency)},
        _("control group"): control % round(made.control_share * 100),
        _("per day"): _(
            "at most %(all)d mails, %(some)d of them of the win-back; who is expected to bring most is first"
        )
        % {"all": made.daily_capacity, "some": made.win_back_capacity},
        _("looked at"): _("what each person keeps with us in the %d days after their turn")
        % made.window_days,
    }
    terminal.rows(list(rows.items()))


def ladder(terminal: Terminal, campaign: Campaign, now: datetime) -> None:
    """What each rung of the win-back is, what it costs, and who gets it."""
    terminal.line()
    terminal.say(
        _("Its ladder, money last (an offer is a code of their own, once, for %d days):") % OFFER_DAYS
    )
    [(_step, lines)] = incentives.view(campaign, now).steps
    told = _("costs %(cost)s of margin each time it is used; for: %(who)s")
    free = _("costs nothing but the mail; for: %(who)s")
    terminal.rows(
        [(line.words, (told if line.cost else free) % {"cost": line.cost, "who": line.who}) for line in lines]
    )


def so_far(diary: Diary, mails: int) -> str:
    """The line beside the progress bar."""
    codes = diary.codes_typed - diary.codes_refused
    values = {"mails": count(mails), "orders": count(diary.orders), "codes": count(codes)}
    return _("%(mails)s mails, %(orders)s orders, %(codes)s with a code") % values


def imported_numbers(done: Imported, currency: str) -> dict[str, Any]:
    """For the last line."""
    amounts = {"sold": done.sold, "refunded": done.refunded, "kept": done.kept}
    return {
        "lines": done.lines,
        "purchases": done.purchases,
        "buyers": done.buyers,
        "profiles": done.profiles,
        **{name: float(part.get(currency, Decimal(0))) for name, part in amounts.items()},
    }
