"""What the shop's owner decided: whether soft opt-in is allowed, how much may leave per day, and in whose name."""

from django.db import models

from saleor_relacional.models.base import OurModel


class Policy(OurModel):
    """One row per shop."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    soft_opt_in = models.BooleanField(default=False)
    """Buyers may be written to about what they bought without an opt-in, as the shop told them when they bought: what
    they were told is a ConsentText."""
    daily_capacity = models.PositiveIntegerField(null=True)
    """Commercial mails per day over all campaigns; null means not decided yet, and nothing leaves."""
    reporting_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    """Money of all currencies is also shown in this one; empty: each customer's money in the currency of their last
    purchase."""
    rates = models.JSONField(default=dict)
    """Currency → what one unit of it is worth in the reporting currency, as decimal text. A purchase in a currency
    without a rate counts for rhythm and is left out of value."""
    shop_control_share = models.DecimalField(max_digits=4, decimal_places=3, default=0, db_default=0)
    """Of the people whom any campaign would first start: who is held out of everything commercial. 0: nobody."""
    money_changed_at = models.DateTimeField(null=True)
    """When the two above last changed: what was learnt and counted before is in other money."""
    month_budget = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What the offers of all campaigns together may take off at most per calendar month of the shop, in
    `budget_currency`; null: no limit. ShopBudget keeps what it was, month by month."""
    budget_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    answer_hours = models.PositiveSmallIntegerField(default=24, db_default=24)
    """Within how many hours customers who told us something are answered, counted on opening days."""
    opening_days = models.JSONField(default=list)
    """Days of the week on which somebody is there to answer, Monday is 1; empty: on all."""
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="relacional_policy_single"),
            models.CheckConstraint(
                condition=models.Q(answer_hours__gte=1, answer_hours__lte=720),
                name="relacional_policy_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(shop_control_share__gte=0) & models.Q(shop_control_share__lt=1),
                name="relacional_policy_share",
            ),
        ]


class Sender(OurModel):
    """The name in which a channel's mails leave. Without one nothing commercial leaves in that channel."""

    channel = models.CharField(max_length=255, primary_key=True)
    """Channel slug."""
    name = models.CharField(max_length=120)
    address = models.EmailField()
    reply_to = models.EmailField(blank=True, default="")
    postal_address = models.TextField()
    updated_at = models.DateTimeField()


class ContactPolicy(OurModel):
    """How often, when and after what nobody is written to. One row per shop; before it is saved rules/contact/policy.py
    says what holds. The fields are that module's."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    per_week = models.PositiveSmallIntegerField()
    per_month = models.PositiveSmallIntegerField()
    between_acts = models.PositiveSmallIntegerField()
    gap_days = models.PositiveSmallIntegerField()
    gap_most_days = models.PositiveSmallIntegerField()
    silence_days = models.PositiveSmallIntegerField()
    partial_return_days = models.PositiveSmallIntegerField()
    quiet_from = models.TimeField()
    quiet_to = models.TimeField()
    preferred_from = models.TimeField()
    preferred_to = models.TimeField()
    weekends = models.BooleanField()
    holidays = models.JSONField(default=list)
    """Days as YYYY-MM-DD."""
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="relacional_contactpolicy_single"),
            models.CheckConstraint(
                condition=models.Q(per_week__lte=models.F("per_month")),
                name="relacional_contactpolicy_caps",
            ),
        ]
