"""Saleor's vouchers, made by ORM: one Voucher per recipe, a listing per channel, a single-use code per person.

A code in Saleor has no dates and no value of its own: both sit on the voucher and its listings, so that Saleor itself
refuses an expired code even when we are down or uninstalled. `usage_limit` stays empty: it counts over all codes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer
from saleor.discount import DiscountValueType, VoucherType
from saleor.discount.models import Voucher, VoucherChannelListing, VoucherCode
from saleor.order.models import Order

from saleor_relacional import conf
from saleor_relacional.db import locks
from saleor_relacional.db.locks import Lock
from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.goods import GoodsKind
from saleor_relacional.hosts.listed import Listed
from saleor_relacional.hosts.saleor.offers import goods

MARK = "saleor_relacional"
"""Key in the voucher's private metadata; its value is the recipe's key."""

VALUE_TYPES = {
    Discount.PERCENTAGE: DiscountValueType.PERCENTAGE,
    Discount.FIXED: DiscountValueType.FIXED,
    Discount.SHIPPING: DiscountValueType.PERCENTAGE,
}
HELD_FOR = {
    "products": GoodsKind.PRODUCT,
    "variants": GoodsKind.VARIANT,
    "categories": GoodsKind.CATEGORY,
    "collections": GoodsKind.COLLECTION,
}
"""What a voucher may hold for: field of the recipe and of the voucher → what it names."""
SHORTEST = timedelta(microseconds=1)
"""Saleor still takes a code at the very end_date."""


def issue(recipe: VoucherRecipe, codes: Sequence[str]) -> None:
    """See Host.issue. A listing that the admin removed stays removed."""
    with transaction.atomic(using=conf.HOST_DATABASE):
        _one_at_a_time(recipe.key)
        voucher = _of(recipe.key).first() or _make(recipe)
        VoucherCode.objects.bulk_create(
            [VoucherCode(code=code, voucher=voucher) for code in codes], ignore_conflicts=True
        )


def exists(key: str) -> bool:
    """See Host.has_voucher."""
    return _of(key).exists()


def key_of(reference: str) -> str:
    """See Host.issued_as."""
    if not reference.isdecimal():
        return ""
    with allow_writer():
        row = Voucher.objects.filter(pk=reference, private_metadata__has_key=MARK).first()
    return str(row.private_metadata[MARK]) if row else ""


def _of(key: str) -> models.QuerySet[Voucher]:
    return Voucher.objects.filter(private_metadata__contains={MARK: key})


def working(codes: Sequence[str], now: datetime) -> Mapping[str, Mapping[str, Listed]]:
    """See Host.working. On the writer: a code that was spent a moment ago must not be shown."""
    alive = Q(voucher__end_date=None) | Q(voucher__end_date__gt=now)
    rows = VoucherCode.objects.filter(
        alive, code__in=list(codes), is_active=True, voucher__in=Voucher.objects.active(date=now)
    )
    listings = [f"voucher__channel_listings__{name}" for name in _OF_LISTING]
    said = [
        f"voucher__{name}" for name in ("type", "discount_value_type", "apply_once_per_order", "countries")
    ]
    found: dict[str, dict[str, Listed]] = {}
    with allow_writer():
        listed = rows.filter(
            voucher__channel_listings__discount_value__isnull=False,
            voucher__channel_listings__channel__is_active=True,
        ).annotate(**{f"in_{name}": _inside(name) for name in HELD_FOR})
        for code, channel, *told in listed.values_list(
            "code", *listings, *said, *(f"in_{name}" for name in HELD_FOR)
        ):
            found.setdefault(code, {})[channel] = _listed(*told)
    return found


_OF_LISTING = ("channel__slug", "discount_value", "min_spent_amount")


def _inside(name: str) -> ArraySubquery:
    """Keys of what a code's voucher holds for, of one kind."""
    field = Voucher._meta.get_field(name)
    through = field.remote_field.through.objects.filter(
        **{f"{field.m2m_field_name()}_id": OuterRef("voucher_id")}
    )
    return ArraySubquery(through.values(f"{field.m2m_reverse_field_name()}_id"))


def _listed(
    value: Decimal,
    minimum: Decimal | None,
    of: str,
    counted: str,
    once: bool,
    countries: str,
    *inside: Sequence[int],
) -> Listed:
    """As Saleor's checkout counts it: goods hold for a voucher of some goods alone, countries for one of delivery."""
    delivery, some = of == VoucherType.SHIPPING, of == VoucherType.SPECIFIC_PRODUCT
    percentage = counted == DiscountValueType.PERCENTAGE
    discount = Discount.PERCENTAGE if percentage else Discount.FIXED
    if delivery:
        discount = Discount.SHIPPING
    held = {
        name: frozenset(goods.reference(kind, key) for key in keys) if some else frozenset()
        for (name, kind), keys in zip(HELD_FOR.items(), inside, strict=True)
    }
    return Listed(
        discount="" if delivery and not percentage else discount.value, value=value, minimum=minimum,
        countries=frozenset(filter(None, str(countries or "").split(","))) if delivery else frozenset(),
        once_per_order=once, **held,
    )  # fmt: skip


def _one_at_a_time(key: str) -> None:
    # Saleor has no unique column for it, so two workers that issue the same recipe must take turns.
    locks.lock(Lock.VOUCHER, key, using=conf.HOST_DATABASE)


def _make(recipe: VoucherRecipe) -> Voucher:
    voucher = Voucher.objects.create(
        type=_type(recipe),
        name=recipe.name,
        single_use=True,
        start_date=recipe.starts_at,
        end_date=recipe.ends_at - SHORTEST,
        discount_value_type=VALUE_TYPES[recipe.discount],
        apply_once_per_order=recipe.once_per_order,
        countries=list(recipe.countries),
        private_metadata={MARK: recipe.key},
    )
    VoucherChannelListing.objects.bulk_create(
        VoucherChannelListing(
            voucher=voucher,
            channel=channel,
            currency=channel.currency_code,
            discount_value=recipe.worth(channel.currency_code),
            min_spent_amount=recipe.minimum.get(channel.currency_code),
        )
        for channel in Channel.objects.filter(slug__in=recipe.channels).order_by("pk")
        if channel.currency_code == recipe.channels[channel.slug]
    )
    for name, kind in HELD_FOR.items():
        getattr(voucher, name).set(goods.keys(kind, getattr(recipe, name)))
    return voucher


def _type(recipe: VoucherRecipe) -> str:
    if recipe.discount is Discount.SHIPPING:
        return VoucherType.SHIPPING
    return VoucherType.SPECIFIC_PRODUCT if recipe.for_some else VoucherType.ENTIRE_ORDER


def withdraw(codes: Sequence[str]) -> None:
    """See Host.withdraw. Deletes unspent codes; a spent one becomes inactive, so that it could be given back."""
    spent = Exists(Order.objects.filter(voucher_code=OuterRef("code")))
    ours = _ours().filter(code__in=list(codes))
    with transaction.atomic(using=conf.HOST_DATABASE):
        ours.filter(spent).update(is_active=False)
        ours.filter(~spent).delete()


def give_back(code: str) -> bool:
    """See Host.give_back. Saleor makes a spent code inactive, and cancelling the order does not make it active."""
    living = _ours().filter(code=code, voucher__end_date__gt=timezone.now())
    return bool(living.update(is_active=True))


def end_all() -> int:
    """End the vouchers of ours that have not ended. Returns how many."""
    now = timezone.now()
    return Voucher.objects.filter(private_metadata__has_key=MARK, end_date__gt=now).update(end_date=now)


def _ours() -> models.QuerySet[VoucherCode]:
    return VoucherCode.objects.filter(voucher__private_metadata__has_key=MARK)
