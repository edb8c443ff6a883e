"""What the owner says of costs: default margins, what sending a parcel and a mail costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation, money, policy
from saleor_relacional.models import DefaultMargin, ProductCategory, SendingCost, ShippingCost

MAIL = "mail"
MOST = 1_000
"""Default margins, and shipping costs."""
DEAREST = Decimal(1_000_000)
"""Beyond it a decimal point is in the wrong place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The margin settings: all that the owner has said of costs."""

    default_margins: Sequence[DefaultMargin]
    """By channel and category."""
    shipping_costs: Sequence[ShippingCost]
    """By channel."""
    mail: SendingCost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginGiven:
    """A default margin as it is typed in. Without a channel or a category: of all for which nothing else is said."""

    channel: str = ""
    category: str = ""
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingGiven:
    """What sending an order of a channel costs, in the channel's currency, without tax."""

    channel: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingGiven:
    """What a message costs, without tax."""

    amount: Decimal
    currency: str


def current() -> Costs:
    """What holds now."""
    return Costs(
        default_margins=list(DefaultMargin.objects.order_by("channel", "category")),
        shipping_costs=list(ShippingCost.objects.order_by("channel")),
        mail=SendingCost.objects.filter(medium=MAIL).first(),
    )


def decide(
    *,
    now: datetime,
    default_margins: Sequence[MarginGiven] | None = None,
    shipping_costs: Sequence[ShippingGiven] | None = None,
    mail: SendingGiven | None = None,
) -> Costs:
    """Change what is given, keep the rest; each list holds all there is from now on. Returns what holds then. Raises
    BadInput with the field at fault. What was bought before is told anew with it: so what is kept of a channel or a
    category that the shop has no more may stay."""
    with sql.atomic():
        locks.lock(Lock.POLICY)
        if default_margins is not None:
            _margins(default_margins)
        if shipping_costs is not None:
            _shipping(shipping_costs)
        if mail is not None:
            _mail(mail, now)
        return current()


def _margins(given: Sequence[MarginGiven]) -> None:
    _not_too_many(len(given), "defaultMargins")
    held = DefaultMargin.objects.values_list("channel", "category")
    slugs = _channels() | {channel for channel, _category in held}
    keys = {category for _channel, category in held} | set(
        ProductCategory.objects.filter(category_key__in={one.category for one in given}).values_list(
            "category_key", flat=True
        )
    )
    rows: dict[tuple[str, str], DefaultMargin] = {}
    for place, one in enumerate(given):
        field = f"defaultMargins[{place}]"
        if one.channel:
            _known_channel(one.channel, slugs, f"{field}.channel")
        if one.category and one.category not in keys:
            said = _("Nothing of this category has been bought, or there is no such category.")
            raise BadInput(said, code="NOT_FOUND", field=f"{field}.category")
        if (one.channel, one.category) in rows:
            raise BadInput(_("This is said twice."), field=field)
        share = input_validation.amount(one.share, field=f"{field}.share", places="0.001")
        if not 0 <= share <= 1:
            raise BadInput(_("Give a part of the price from 0 to 1, such as 0.4."), field=f"{field}.share")
        rows[one.channel, one.category] = DefaultMargin(
            channel=one.channel, category=one.category, share=share
        )
    DefaultMargin.objects.all().delete()
    DefaultMargin.objects.bulk_create(rows.values())


def _shipping(given: Sequence[ShippingGiven]) -> None:
    _not_too_many(len(given), "shippingCosts")
    slugs = _channels() | set(ShippingCost.objects.values_list("channel", flat=True))
    rows: dict[str, ShippingCost] = {}
    for place, one in enumerate(given):
        field = f"shippingCosts[{place}]"
        _known_channel(one.channel, slugs, f"{field}.channel")
        if one.channel in rows:
            raise BadInput(_("This is said twice."), field=field)
        amount = _cost(one.amount, f"{field}.amount", "0.001")
        rows[one.channel] = ShippingCost(channel=one.channel, amount=amount)
    ShippingCost.objects.all().delete()
    ShippingCost.objects.bulk_create(rows.values())


def _mail(given: SendingGiven, now: datetime) -> None:
    currency = money.currency(given.currency, field="mailCost.currency")
    amount = _cost(given.amount, "mailCost.amount", "0.000001")
    rates = money.rates_of(policy.current(now))
    if amount and rates and currency not in rates:
        said = _(
            "There is no rate from %(currency)s into the reporting currency: set it first, or give another."
        )
        raise BadInput(said % {"currency": currency}, code="NOT_FOUND", field="mailCost.currency")
    SendingCost.objects.update_or_create(medium=MAIL, defaults={"amount": amount, "currency": currency})


def _channels() -> set[str]:
    return {known.slug for known in conf.host().channels()}


def _known_channel(slug: str, slugs: set[str], field: str) -> None:
    if slug not in slugs:
        raise BadInput(_("The shop has no channel of this slug."), code="NOT_FOUND", field=field)


def _cost(given: Decimal, field: str, places: str) -> Decimal:
    amount = input_validation.amount(given, field=field, places=places)
    if not 0 <= amount <= DEAREST:
        raise BadInput(_("Give an amount of 0 or more."), field=field)
    return amount


def _not_too_many(count: int, field: str) -> None:
    if count > MOST:
        raise BadInput(_("Give at most %(most)s of them.") % {"most": MOST}, field=field)
