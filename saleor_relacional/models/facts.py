"""What the host told us, reduced to what a relationship cares about. Unique on (source, reference); never invented."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class PurchaseState(models.TextChoices):
    """Whether an order counts. What never counted is not stored."""

    COUNTS = "counts"
    EMPTY = "empty"
    """It stands at the host and left nothing with the shop: given back whole, or of 0.00. No purchase."""
    GIFT = "gift"
    """It counts in money, and says nothing of what its buyer needs, or when: it was for somebody else."""
    NOT_MINE = "not_mine"
    """It stands at the host and is not the person's own: set aside, as if they had never bought it."""
    WITHDRAWN = "withdrawn"


class Purchase(OurModel):
    """One order that is, or was, a sale."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="purchases")
    source = models.CharField(max_length=32)
    reference = models.CharField(max_length=64)
    number = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=9, choices=PurchaseState.choices, default=PurchaseState.COUNTS)
    corrected = models.CharField(
        max_length=8,
        choices=[("gift", "Gift"), ("not_mine", "Not Mine")],
        blank=True,
        default="",
        db_default="",
    )
    """What staff accepted of it instead of what the host tells (PurchaseCorrection); empty: nothing."""
    channel = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3)
    sold = models.DecimalField(max_digits=20, decimal_places=3)
    """What the buyer paid or owes, tax and shipping included, after discounts."""
    discount = models.DecimalField(max_digits=20, decimal_places=3, default=0, db_default=0)
    """What its codes took off what the buyer would have paid without them."""
    net = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What it sold without tax; null where nobody told the tax, as of what was imported."""
    shipping_net = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What was paid for sending it, without tax; null where nothing was sent."""
    shipping_list_net = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What sending it would have been without any discount, without tax."""
    placed_at = models.DateTimeField()
    fulfilled_at = models.DateTimeField(null=True)
    """When its first fulfilment that stands was made; null while none is known, as of what was imported."""
    day = models.DateField()
    """The purchase day, in the shop's time zone."""
    learned_at = models.DateTimeField()
    checkout = models.CharField(max_length=64, blank=True, default="")
    place = models.CharField(max_length=16, blank=True, default="", db_default="")
    """Keyed hash of where it was sent (country and postal code): tells a new address, and nothing else."""
    codes = models.JSONField(default=list)
    """Voucher codes of ours and others that it used."""
    digest = models.BinaryField(max_length=32)
    """SHA-256 of the fact as told; an equal digest writes nothing."""
    batch = models.ForeignKey(
        "saleor_relacional.ImportBatch", null=True, on_delete=models.CASCADE, related_name="purchases"
    )
    """The import that told it; the patrol leaves imported facts alone."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="relacional_purchase_once"),
        ]
        indexes = [
            models.Index(
                fields=["profile", "day"],
                include=["sold", "currency", "placed_at"],
                condition=models.Q(state="counts"),
                name="relacional_purchase_history",
            ),
            models.Index(fields=["number"], name="relacional_purchase_number"),
            models.Index(fields=["profile", "placed_at"], name="relacional_purchase_by_person"),
            # Their refunds do not count; they are few, so asking of every refund is cheap.
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["withdrawn", "not_mine"]),
                name="relacional_purchase_withdrawn",
            ),
            # What they sold is told beside what was refunded of them.
            models.Index(
                fields=["profile"],
                condition=models.Q(state__in=["empty", "gift"]),
                name="relacional_purchase_empty",
            ),
            # Gifts are money like others; few are known to be one.
            models.Index(
                fields=["placed_at"],
                include=["profile", "sold", "currency"],
                condition=models.Q(state="gift"),
                name="relacional_purchase_gift",
            ),
            # A scoring asks whether an import has told something of them since the last one.
            models.Index(
                fields=["profile", "learned_at"],
                condition=models.Q(batch__isnull=False),
                name="relacional_purchase_imported",
            ),
            # Orders that have not left: some of them are late.
            models.Index(
                fields=["placed_at"],
                include=["profile", "channel"],
                condition=models.Q(state__in=["counts", "gift"], fulfilled_at=None, batch=None),
                name="relacional_purchase_unsent",
            ),
            # Segments ask what was bought since a moment, of everybody.
            models.Index(
                fields=["placed_at"],
                include=["profile", "sold", "currency"],
                condition=models.Q(state="counts"),
                name="relacional_purchase_when",
            ),
        ]


class PurchaseLine(OurModel):
    """One line of a purchase. Identical lines are kept: a customer may well have taken the same thing twice."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines")
    profile_id = models.BigIntegerField(db_index=True)
    """Carried along so that the table can be partitioned by person one day."""
    product_key = models.CharField(max_length=255, blank=True, default="")
    name = models.CharField(max_length=400, blank=True, default="")
    quantity = models.IntegerField()
    total = models.DecimalField(max_digits=20, decimal_places=3)
    net = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """The total, which is after discounts, without tax; null where nobody told the tax."""
    list_net = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What it would have been without any discount, without tax."""
    cost = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What one unit cost the shop on the day on which the line was recorded, without tax; null when nobody has said."""
    cost_estimated = models.BooleanField(default=False, db_default=False)
    """An estimated cost: the order was placed well before that day, and it may have been another one then."""
    returned = models.IntegerField(default=0, db_default=0)
    """Units that the host says have come back."""

    class Meta:
        # Segments ask who bought a product.
        indexes = [models.Index(fields=["product_key", "profile_id"], name="relacional_line_by_product")]


class ProductCategory(OurModel):
    """The category in which the host last told us that a product stands."""

    source = models.CharField(max_length=32)
    product_key = models.CharField(max_length=255)
    category_key = models.CharField(max_length=64)
    name = models.CharField(max_length=250)
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "product_key"], name="relacional_category_once"),
        ]


class Refund(OurModel):
    """Money given back: a fact of its own, dated, its purchase optional."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="refunds")
    source = models.CharField(max_length=32)
    reference = models.CharField(max_length=128)
    purchase = models.ForeignKey(Purchase, null=True, on_delete=models.CASCADE, related_name="refunds")
    amount = models.DecimalField(max_digits=20, decimal_places=3)
    currency = models.CharField(max_length=3)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    batch = models.ForeignKey(
        "saleor_relacional.ImportBatch", null=True, on_delete=models.CASCADE, related_name="refunds"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="relacional_refund_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="relacional_refund_positive"),
        ]
        indexes = [
            models.Index(
                fields=["profile", "happened_at"],
                include=["amount", "currency", "purchase", "id"],
                name="relacional_refund_by_person",
            ),
            models.Index(fields=["happened_at"], name="relacional_refund_when"),
        ]


class BasketState(models.TextChoices):
    """What became of an open checkout."""

    OPEN = "open"
    PURCHASED = "purchased"
    GONE = "gone"


class Basket(OurModel):
    """An open checkout of somebody we know, until it becomes a purchase or goes; or of a typed address, until an order
    or an account makes a person of it."""

    profile = models.ForeignKey(Profile, null=True, on_delete=models.CASCADE, related_name="baskets")
    """Null while nobody is known by the typed address."""
    email_key = models.CharField(max_length=254, blank=True, default="", db_default="")
    """The typed address of a basket without a profile; it goes with the checkout. Empty otherwise."""
    source = models.CharField(max_length=32)
    reference = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=BasketState.choices, default=BasketState.OPEN)
    channel = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=20, decimal_places=3)
    code = models.CharField(max_length=255, blank=True, default="")
    changed_at = models.DateTimeField()
    vouched = models.BooleanField(default=False, db_default=False)
    """It is of an account for which the host vouched when it last changed. A typed address proves nothing."""
    filled = models.BooleanField(default=False, db_default=False)
    """Something is in it."""
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="relacional_basket_once"),
            models.CheckConstraint(
                condition=models.Q(profile__isnull=False, email_key="")
                | (models.Q(profile__isnull=True, state="open") & ~models.Q(email_key="")),
                name="relacional_basket_of",
            ),
        ]
        indexes = [
            models.Index(
                fields=["email_key"],
                condition=models.Q(profile__isnull=True),
                name="relacional_basket_of_nobody",
            ),
            models.Index(
                fields=["changed_at"], condition=models.Q(state="open"), name="relacional_basket_open"
            ),
        ]
