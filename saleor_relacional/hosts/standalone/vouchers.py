"""Vouchers as the boundary asks for them: issued, withdrawn, given back, ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from saleor_relacional.hosts.base import Holder, VoucherRecipe
from saleor_relacional.hosts.listed import Listed
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.hosts.standalone.models import (
    Channel,
    Checkout,
    Order,
    Status,
    Voucher,
    VoucherCode,
    VoucherListing,
)
from saleor_relacional.hosts.standalone.models.vouchers import CodeState


def issue(recipe: VoucherRecipe, codes: Sequence[str]) -> None:
    """See Host.issue. Codes that exist already keep their state."""
    with transaction.atomic():
        voucher, _ = Voucher.objects.get_or_create(
            key=recipe.key,
            defaults={
                "name": recipe.name[:255],
                "discount": recipe.discount.value,
                "products": [int(key) for key in recipe.products if key.isdecimal()],
                "variants": list(recipe.variants),
                "categories": list(recipe.categories),
                "collections": list(recipe.collections),
                "countries": list(recipe.countries),
                "once_per_order": recipe.once_per_order,
                "starts_at": recipe.starts_at,
                "ends_at": recipe.ends_at,
                "relational": True,
            },
        )
        here = Channel.objects.filter(slug__in=recipe.channels).values_list("slug", "currency")
        VoucherListing.objects.bulk_create(
            [
                VoucherListing(
                    voucher=voucher,
                    channel_id=slug,
                    value=recipe.worth(currency),
                    minimum=recipe.minimum.get(currency),
                )
                for slug, currency in here
                if recipe.channels[slug] == currency  # promised in this money, or not at all
            ],
            ignore_conflicts=True,
        )
        VoucherCode.objects.bulk_create(
            [VoucherCode(code=code, voucher=voucher) for code in codes], ignore_conflicts=True
        )


def key_of(reference: str) -> str:
    """See Host.issued_as."""
    if not reference.isdecimal():
        return ""
    return Voucher.objects.filter(pk=reference, relational=True).values_list("key", flat=True).first() or ""


def exists(key: str) -> bool:
    """See Host.has_voucher."""
    return Voucher.objects.filter(key=key).exists()


_SAID = ("discount", "products", "variants", "categories", "collections", "countries", "once_per_order")


def working(codes: Sequence[str], now: datetime) -> Mapping[str, Mapping[str, Listed]]:
    """See Host.working."""
    alive = Q(voucher__ends_at=None) | Q(voucher__ends_at__gt=now)
    rows = VoucherCode.objects.filter(
        alive, code__in=codes, state=CodeState.USABLE, voucher__starts_at__lte=now
    )
    listings = [f"voucher__listings__{name}" for name in ("channel", "value", "minimum")]
    found: dict[str, dict[str, Listed]] = {}
    for code, channel, value, minimum, discount, *goods, countries, once in rows.filter(
        voucher__listings__isnull=False
    ).values_list("code", *listings, *(f"voucher__{name}" for name in _SAID)):
        products, variants, categories, collections = (frozenset(map(str, keys)) for keys in goods)
        found.setdefault(code, {})[channel] = Listed(
            discount=discount, value=value, minimum=minimum, products=products, variants=variants,
            categories=categories, collections=collections, countries=frozenset(countries), once_per_order=once,
        )  # fmt: skip
    return found


def withdraw(codes: Sequence[str]) -> None:
    """See Host.withdraw. A withdrawn code cannot be given back."""
    VoucherCode.objects.filter(code__in=codes).update(state=CodeState.WITHDRAWN)


def give_back(code: str) -> bool:
    """See Host.give_back."""
    living = VoucherCode.objects.filter(code=code, voucher__ends_at__gt=clock.now())
    return bool(living.exclude(state=CodeState.WITHDRAWN).update(state=CodeState.USABLE))


def take_off(checkout: str, code: str) -> bool:
    """See Host.take_off."""
    return bool(
        Checkout.objects.filter(id=UUID(checkout), code=code)
        .exclude(code="")
        .update(code="", changed_at=clock.now())
    )


def holder(checkout: str, code: str) -> Holder:
    """What became of this checkout. The order is looked for last: completing makes it and ends the checkout
    at once. One that did not use the code leaves it as free as no order does."""
    token = UUID(checkout)
    carried = Checkout.objects.filter(id=token).values_list("code", flat=True).first()
    if carried is not None:
        return Holder.CARRIES if carried == code else Holder.DROPPED
    stands = (
        Order.objects.filter(checkout=token, codes__contains=[code]).exclude(status=Status.CANCELED).exists()
    )
    return Holder.ORDERED if stands else Holder.GONE


def end_all() -> int:
    """See Host.end_vouchers."""
    now = clock.now()
    return Voucher.objects.filter(relational=True, ends_at__gt=now).update(ends_at=now)
