"""Lift in words, in the reader's language: helps, harms, not enough evidence yet."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.evidence.comparison import Compared
from saleor_relacional.insight.inference.experiment import Verdict


def word(verdict: Verdict) -> str:
    """One word or few: helps, harms, not enough evidence yet."""
    return {
        Verdict.HELPS: _("helps"),
        Verdict.HARMS: _("harms"),
        Verdict.NOT_ENOUGH_EVIDENCE: _("not enough evidence yet"),
    }[verdict]


def sentence(kept: Compared, currency: str) -> str:
    """The verdict of money kept with its interval, as a sentence for the owner; another one says until when it is
    provisional."""
    return provisional(_verdict(kept, currency), kept.provisional_until)


def provisional(said: str, until: datetime | None) -> str:
    """What is said, and until when it is provisional; None: it is settled."""
    if until is None:
        return said
    day = until.astimezone(ZoneInfo(conf.host().time_zone())).date()
    return _(
        "%(verdict)s Provisional until %(day)s: refunds of the last purchases may still come."
    ) % {"verdict": said, "day": format_date(day, "long", locale=_locale())}  # fmt: skip


def _verdict(kept: Compared, currency: str) -> str:
    lift = kept.lift
    if lift.estimate is None or lift.low is None or lift.high is None:
        return nothing_yet()
    values = {
        "estimate": money(abs(lift.estimate), currency),
        "low": money(lift.low, currency),
        "high": money(lift.high, currency),
    }
    if kept.verdict == Verdict.HELPS:
        return _("It helps: %(estimate)s more kept per person (between %(low)s and %(high)s).") % values
    if kept.verdict == Verdict.HARMS:
        return _("It harms: %(estimate)s less kept per person (between %(low)s and %(high)s).") % values
    return _("Not enough evidence yet: the difference per person lies between %(low)s and %(high)s.") % values


def priced(shares: tuple[Decimal | float, Decimal | float] | None) -> str:
    """What stands beside every margin: of the money bought, which parts have a cost of their day, and of a later one.
    Empty where nothing was bought."""
    if shares is None:
        return ""
    if shares[0] == 1:
        return _("The cost of all that was sold is known as of its day.")
    if not any(shares):
        return _("The cost of nothing that was sold is known: all of it goes by your default margins.")
    return _(
        "Of every 100 of what was sold the cost of %(known)s is known as of its day and of %(later)s as of a later one;"
        " the rest goes by your default margins."
    ) % {name: _of_100(share) for name, share in zip(("known", "later"), shares, strict=True)}


def _of_100(share: Decimal | float) -> int:
    """Rounded, but neither to nothing nor to all of it where it is not."""
    return round(100 * float(share)) if share in (0, 1) else min(max(round(100 * float(share)), 1), 99)


def nothing_yet() -> str:
    """Where there is no interval."""
    return _("Not enough evidence yet: too few people have had their time to come back.")


def money(amount: Decimal | float, currency: str) -> str:
    """The amount as people speak: without cents from a hundred on."""
    locale = _locale()
    if abs(float(amount)) < 100:
        return format_currency(amount, currency, locale=locale)
    whole = str(locale.currency_formats["standard"].pattern).replace("0.00", "0")
    return format_currency(round(amount), currency, format=whole, locale=locale, currency_digits=False)


def _locale() -> Locale:
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
