"""What people are doing in the shop: its orders and checkouts of some buyers, in one query."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Lower, Trim

from saleor_relacional.hosts.activity import Activity, Buyer, Deed, Seen, sort_out
from saleor_relacional.hosts.standalone.facts import uuids
from saleor_relacional.hosts.standalone.models import Checkout, Order, Status


def bought_since(buyers: Sequence[Buyer], shopping_since: datetime) -> Mapping[int, Sequence[Seen]]:
    """See Host.bought_since."""
    if not buyers:
        return {}
    since = min(buyer.since for buyer in buyers)
    placed = Order.objects.exclude(status=Status.DRAFT).filter(placed_at__gt=since)
    orders = _columns(_theirs(placed, buyers), status=F("status"), placed=F("placed_at"))
    open_ = Checkout.objects.filter(changed_at__gte=shopping_since)
    checkouts = _columns(_theirs(open_, buyers), status=Value(""), placed=F("changed_at"))
    return sort_out(buyers, _deeds(orders.union(checkouts, all=True)))


def _theirs(rows: QuerySet[Any], buyers: Sequence[Buyer]) -> QuerySet[Any]:
    accounts = uuids(sorted({reference for buyer in buyers for reference in buyer.accounts}))
    emails = sorted({email for buyer in buyers for email in buyer.emails})
    typed = rows.annotate(typed=Lower(Trim("email")))
    return typed.filter(Q(customer_id__in=accounts) | Q(typed__in=emails))


def _columns(rows: QuerySet[Any], *, status: Any, placed: Any) -> Any:
    annotated = rows.annotate(
        reference=Cast("id", TextField()), account=Cast("customer_id", TextField()), placed=placed,
        stands=Cast(status, CharField(max_length=9)),
    )  # fmt: skip
    return annotated.values_list("reference", "account", "email", "placed", "changed_at", "stands")


def _deeds(rows: Any) -> Iterator[Deed]:
    for reference, account, email, placed_at, changed_at, status in rows:
        activity = Activity.TAKEN_BACK if status == Status.CANCELED else Activity.ORDERED
        yield Deed(
            activity=activity if status else Activity.SHOPPING, reference=reference, account=account or "", email=email,
            placed_at=placed_at, changed_at=changed_at,
        )  # fmt: skip
