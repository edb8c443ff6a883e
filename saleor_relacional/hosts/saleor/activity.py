"""What people are doing in Saleor: its orders and checkouts of some buyers, in one query on the writer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, CharField, F, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from saleor.checkout.models import Checkout
from saleor.order import OrderStatus
from saleor.order.models import Order

from saleor_relacional.hosts.activity import Activity, Buyer, Deed, Seen, sort_out
from saleor_relacional.hosts.saleor.order_annotations import PLACED_AT

TAKEN_BACK = frozenset({OrderStatus.CANCELED, OrderStatus.EXPIRED})


def bought_since(buyers: Sequence[Buyer], shopping_since: datetime) -> Mapping[int, Sequence[Seen]]:
    """See Host.bought_since."""
    if not buyers:
        return {}
    since = min(buyer.since for buyer in buyers)
    placed = Order.objects.non_draft().filter(_theirs("order_order.user_email", buyers))
    orders = _columns(
        placed.annotate(placed=PLACED_AT).filter(placed__gt=since), "user_email", F("updated_at")
    )
    open_ = Checkout.objects.filter(last_change__gte=shopping_since).filter(
        _theirs("checkout_checkout.email", buyers)
    )
    checkouts = _columns(open_.annotate(placed=F("last_change"), status=Value("")), "email", F("last_change"))
    return sort_out(buyers, _deeds(orders.order_by().union(checkouts.order_by(), all=True)))


def _theirs(column: str, buyers: Sequence[Buyer]) -> Q:
    """ILIKE, because Saleor's index of typed addresses serves it; it serves no upper(…) = upper(…)."""
    accounts = [int(key) for buyer in buyers for key in buyer.accounts if key.isdecimal()]
    patterns = sorted({_literal(email) for buyer in buyers for email in buyer.emails})
    typed = RawSQL(f"{column} ILIKE ANY(%s::text[])", [patterns], output_field=BooleanField())
    return Q(user_id__in=accounts) | Q(typed)


def _literal(email: str) -> str:
    for special in ("\\", "%", "_"):
        email = email.replace(special, "\\" + special)
    return email


def _columns(rows: QuerySet[Any], email: str, changed: Any) -> Any:
    annotated = rows.annotate(
        reference=Cast("pk", TextField()), account=Cast("user_id", TextField()), changed=changed,
        typed=Cast(F(email), TextField()), stands=Cast(F("status"), CharField(max_length=32)),
    )  # fmt: skip
    return annotated.values_list("reference", "account", "typed", "placed", "changed", "stands")


def _deeds(rows: Any) -> Iterator[Deed]:
    for reference, account, email, placed_at, changed_at, status in rows:
        activity = Activity.TAKEN_BACK if status in TAKEN_BACK else Activity.ORDERED
        yield Deed(
            activity=activity if status else Activity.SHOPPING, reference=reference, account=account or "",
            email=email or "", placed_at=placed_at, changed_at=changed_at,
        )  # fmt: skip
