"""When an order became a sale: a completed draft when it was completed, every other order when it was created."""

from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from saleor.order import OrderEvents, OrderOrigin
from saleor.order.models import OrderEvent

_COMPLETED = (
    OrderEvent.objects.filter(order=OuterRef("pk"), type=OrderEvents.PLACED_FROM_DRAFT)
    .order_by("-date")
    .values("date")[:1]
)
PLACED_AT = Coalesce(
    Case(When(origin=OrderOrigin.DRAFT, then=Subquery(_COMPLETED)), default=F("created_at")), F("created_at")
)
"""The moment, as an expression over orders. Events are looked for where the order began as a draft, and nowhere else:
a quote of last year that is accepted today was bought today. What is created in bulk says itself when it was."""
