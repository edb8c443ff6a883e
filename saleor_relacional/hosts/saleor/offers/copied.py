"""A copy of an open checkout to compute on. It lives in a transaction that is rolled back: nothing stays of it, nobody
waits for it, and the checkout itself is neither written nor locked while a tax app is asked.

Rows are copied in the database with all columns that this version of Saleor has; lines keep their order, in which
Saleor rounds.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import connections, models, transaction
from saleor.checkout.models import Checkout, CheckoutDelivery, CheckoutLine, CheckoutMetadata
from saleor.discount.models import CheckoutDiscount, CheckoutLineDiscount
from saleor.product.models import ProductVariantChannelListing

from saleor_relacional import conf

Keys = Mapping[UUID, UUID]
"""Primary key of a row → that of its copy."""


@contextmanager
def copied(original: Checkout) -> Iterator[Checkout]:
    """A copy of the checkout with its lines, discounts, delivery and metadata. All that the block writes is undone."""
    with transaction.atomic(using=conf.HOST_DATABASE):
        yield Checkout.objects.get(pk=_copy_all(original))
        transaction.set_rollback(True, using=conf.HOST_DATABASE)


def at_kept_prices(copy: Checkout) -> None:
    """Let the copy's lines cost what the checkout keeps of them, where the shop asks for another price since."""
    lines = CheckoutLine.objects.filter(checkout=copy)
    listed = ProductVariantChannelListing.objects.filter(
        channel_id=copy.channel_id, variant__in=lines.values("variant_id")
    )
    asked = dict(listed.values_list("variant_id", "price_amount"))
    for line in lines:
        if line.undiscounted_unit_price_amount != asked.get(line.variant_id):
            line.price_override = line.undiscounted_unit_price_amount
            line.save(update_fields=["price_override"])


def _copy_all(original: Checkout) -> UUID:
    new = uuid4()
    checkout = f"'{new}'::uuid"
    delivery = {original.assigned_delivery_id: uuid4()} if original.assigned_delivery_id else {}
    assigned = f"'{delivery[original.assigned_delivery_id]}'::uuid" if delivery else "NULL"
    lines = _fresh(CheckoutLine.objects.filter(checkout=original).order_by("created_at", "pk"))
    _copy(Checkout, {original.pk: new}, {"assigned_delivery_id": assigned})
    _copy(CheckoutDelivery, delivery, {"checkout_id": checkout})
    _copy(CheckoutLine, lines, {"checkout_id": checkout, "old_id": "NULL"})
    _copy(
        CheckoutLineDiscount,
        _fresh(CheckoutLineDiscount.objects.filter(line__checkout=original)),
        {"line_id": f"('{_told(lines)}'::jsonb ->> original.line_id::text)::uuid"},
    )
    _copy(
        CheckoutDiscount,
        _fresh(CheckoutDiscount.objects.filter(checkout=original)),
        {"checkout_id": checkout},
    )
    for kept in CheckoutMetadata.objects.filter(checkout=original):
        kept.pk, kept.checkout_id = None, new
        kept.save(force_insert=True)
    return new


def _fresh(rows: models.QuerySet[models.Model]) -> Keys:
    """New keys that sort as the rows come: rows of one instant keep their order."""
    found = list(rows.values_list("pk", flat=True))
    return dict(zip(found, sorted(uuid4() for _ in found), strict=True))


def _told(keys: Keys) -> str:
    return json.dumps({str(old): str(new) for old, new in keys.items()})


def _copy(model: type[models.Model], keys: Keys, instead: Mapping[str, str]) -> None:
    """Insert a copy of each of these rows; `instead`: column → SQL of its value in the copy. No value comes from
    outside: keys alone."""
    if not keys:
        return
    key = model._meta.pk.column
    columns = [field.column for field in model._meta.concrete_fields]
    values = [instead.get(name, "keys.new" if name == key else f'original."{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    table = f'"{model._meta.db_table}"'
    with connections[conf.HOST_DATABASE].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} original"
            f' JOIN unnest(%s::uuid[], %s::uuid[]) AS keys(old, new) ON original."{key}" = keys.old',
            [list(keys), list(keys.values())],
        )
