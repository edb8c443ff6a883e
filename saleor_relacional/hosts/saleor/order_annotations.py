"""What is computed about an order beside its columns: when it became a sale, when it was sent, what took something off
it, and whether its buyer had to be confirmed; and about its lines: where the product stands, what it costs the shop,
and what has come back."""

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from saleor.discount import DiscountType
from saleor.discount.models import OrderDiscount, OrderLineDiscount
from saleor.order import FulfillmentStatus, OrderEvents, OrderOrigin, OrderStatus
from saleor.order.models import Fulfillment, FulfillmentLine, OrderEvent
from saleor.product.models import ProductVariantChannelListing
from saleor.site.models import SiteSettings

_COMPLETED = (
    OrderEvent.objects.filter(order=OuterRef("pk"), type=OrderEvents.PLACED_FROM_DRAFT)
    .order_by("-date")
    .values("date")[:1]
)
PLACED_AT = Coalesce(
    Case(When(origin=OrderOrigin.DRAFT, then=Subquery(_COMPLETED)), default=F("created_at")), F("created_at")
)
"""When an order became a sale (a completed draft when it was completed, every other one when it was created), as an
expression over orders. Events are looked for where the order began as a draft, and nowhere else: a quote of last year
that is accepted today was bought today. What is created in bulk says itself when it was."""

_LEFT = (
    FulfillmentStatus.FULFILLED, FulfillmentStatus.RETURNED, FulfillmentStatus.REFUNDED_AND_RETURNED,
    FulfillmentStatus.REPLACED,
)  # fmt: skip
"""What came back had left: Saleor moves its lines to a fulfilment of the day on which it came back."""
_FULFILLED = Fulfillment.objects.filter(order=OuterRef("pk"), status__in=_LEFT)
FULFILLED_AT = Subquery(_FULFILLED.order_by("created_at").values("created_at")[:1])
"""When the first fulfilment of an order was made that is approved and stands, or of which something came back. Saleor
knows of no delivery."""

ANYBODY_LOGS_IN = Exists(
    SiteSettings.objects.filter(
        Q(allow_login_without_confirmation=True) | Q(enable_account_confirmation_by_email=False)
    )
)
"""Whether the shop lets people log in before they have confirmed their address (Saleor's User.can_login). Asked with
the orders, once per statement: the settings that a process keeps may be old."""

_CODE = Q(type=DiscountType.VOUCHER)


def _taken_off(rows: QuerySet[OrderDiscount] | QuerySet[OrderLineDiscount], order: str) -> Case:
    """The sum of these discounts of an order; null where it used no code: then nothing is looked for."""
    these = rows.filter(**{order: OuterRef("pk")}).order_by()
    sums = these.annotate(taken_of=F(order)).values("taken_of").annotate(taken=Sum("amount_value"))
    return Case(
        When(Q(voucher_code__isnull=False) & ~Q(voucher_code=""), then=Subquery(sums.values("taken")))
    )


TAKEN_OFF = {
    "codes_off": _taken_off(OrderDiscount.objects.filter(_CODE), "order"),
    "codes_off_lines": _taken_off(OrderLineDiscount.objects.filter(_CODE), "line__order"),
    "others_off": _taken_off(OrderDiscount.objects.exclude(_CODE), "order"),
    "others_off_lines": _taken_off(OrderLineDiscount.objects.exclude(_CODE), "line__order"),
}
"""Name → amount, in the order's currency, as expressions over orders."""

_COST = ProductVariantChannelListing.objects.filter(
    variant_id=OuterRef("variant_id"), channel_id=OuterRef("order__channel_id"), currency=OuterRef("currency"),
    cost_price_amount__gt=0,
).order_by()  # fmt: skip

_CAME_BACK = (FulfillmentStatus.RETURNED, FulfillmentStatus.REFUNDED_AND_RETURNED)
_RETURNED = (
    FulfillmentLine.objects.filter(order_line=OuterRef("pk"), fulfillment__status__in=_CAME_BACK)
    .order_by()
    .values("order_line")
    .annotate(units=Sum("quantity"))
    .values("units")
)

ORDER_LINES = {
    "category_key": F("variant__product__category"),
    "category_name": F("variant__product__category__name"),
    "unit_cost": Subquery(_COST.values("cost_price_amount")[:1]),
    "units_returned": Case(
        When(
            order__status__in=[OrderStatus.PARTIALLY_RETURNED, OrderStatus.RETURNED], then=Subquery(_RETURNED)
        )
    ),
}
"""Name → expression over lines. The category without the product's long texts; a cost price of 0 is none; returns are
looked for where Saleor says that the order has some."""
