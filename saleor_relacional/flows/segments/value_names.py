"""How the values of a rule are said: a campaign, a channel, a product, a language by name instead of by its id; days of
the shop, numbers and shares as the reader writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language

from saleor_relacional import conf
from saleor_relacional.hosts.goods import GoodsKind
from saleor_relacional.models import Campaign
from saleor_relacional.rules.tree import Condition

CHANNELS = ("channel", "purchase_channel")
GOODS = GoodsKind.VARIANT
"""What the field `product` names: an order's lines are of variants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueNames:
    """Names of the values that some conditions are about."""

    known: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(field, value) → name."""
    zone: tzinfo = UTC
    """The shop's: a moment is said as its day there."""

    def of(self, name: str, value: str) -> str:
        """What a value of the field `name` is called; the value itself where it has no other name."""
        return language(value) if name == "language" else self.known.get((name, value), value)

    def day(self, value: date | datetime) -> str:
        """A day, of a moment the shop's."""
        here = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        return format_date(here, "d MMM y", locale=locale())

    def moment(self, value: datetime) -> str:
        """A day and an hour of the shop."""
        return format_datetime(value.astimezone(self.zone), "d MMM y, HH:mm", locale=locale())


AS_WRITTEN = ValueNames()


def names(asked: Iterable[Condition], *, using: str | None = None) -> ValueNames:
    """Of all values of these conditions, and of what somebody may be found to have: at most one question per kind."""
    given: dict[str, set[str]] = {}
    for condition in asked:
        value = condition.value
        texts = value if isinstance(value, tuple) else (value,)
        given.setdefault(condition.field.name, set()).update(each for each in texts if isinstance(each, str))
    known: dict[tuple[str, str], str] = {}
    if campaigns := given.get("campaign"):
        rows = Campaign.objects.at(using).filter(public_id__in=campaigns).values_list("public_id", "name")
        known |= {("campaign", str(public_id)): name for public_id, name in rows}
    if sold_in := [name for name in CHANNELS if name in given]:
        known |= {(name, each.slug): each.name for each in conf.channels() for name in sold_in}
    if products := given.get("product"):
        known |= {("product", key): name for key, name in product_names(sorted(products)).items()}
    return ValueNames(known=known, zone=conf.time_zone())


def product_names(references: Iterable[str]) -> dict[str, str]:
    """Reference → what the shop calls it, of those that it knows."""
    found = conf.host().goods(GOODS, list(references), channels=(), language=get_language() or "")
    return {key: one.name for key, one in found.items()}


def locale() -> Locale:
    """Of the active language."""
    return Locale.parse((get_language() or "en").split("-")[0])


def number(value: float | Decimal) -> str:
    """Two decimals at most, more of a small one."""
    small = 0 < abs(float(value)) < 1
    return format_decimal(value, format="#,##0.####" if small else "#,##0.##", locale=locale())


def share(value: float | Decimal) -> str:
    """A probability in per cent, with a decimal where it has one; never a certainty."""
    return format_percent(min(max(float(value), 0.001), 0.999), format="#,##0.# %", locale=locale())


def language(tag: str) -> str:
    """What a language is called in the reader's; what is no language stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(locale()) or tag
    except (UnknownLocaleError, ValueError):
        return tag
