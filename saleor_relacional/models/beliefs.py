"""What we computed: per profile the sufficient statistics and the stage (kept for good), beside them the predictions
(as scored at an instant with a fit, rebuilt whole at a refit)."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class Stage(models.TextChoices):
    """Where a relationship stands. Entry, exit and thresholds: the table in docs/maths.md."""

    PROSPECT = "prospect"
    NEW = "new"
    ACTIVE = "active"
    LOYAL = "loyal"
    SLIPPING = "slipping"
    LAPSED = "lapsed"
    LOST = "lost"
    RECOVERED = "recovered"


class CustomerSummary(OurModel):
    """A profile's history in numbers and the stage that follows from it. One row per profile."""

    profile = models.OneToOneField(
        Profile, on_delete=models.CASCADE, primary_key=True, related_name="summary", db_constraint=False
    )
    """No constraint in the database: a rebuild writes this table anew and puts it in the place of the old one."""
    purchases = models.IntegerField(default=0)
    purchase_days = models.IntegerField(default=0)
    """Distinct days; frequency is this less one."""
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    last_at = models.DateTimeField(null=True)
    """Moment of the last purchase; idle time counts from here."""
    gap_log_sum = models.FloatField(default=0)
    """Sum of natural logs of the gaps in days between purchase days."""
    gap_log_squares = models.FloatField(default=0)
    last_gap = models.IntegerField(null=True)
    """Days between the last two purchase days."""
    currency = models.CharField(max_length=3, blank=True, default="", db_collation="C")
    """Currency of the last purchase; the money beside it is of this currency alone."""
    sold = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    refunded = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    valued_purchases = models.IntegerField(default=0)
    """Purchases in `currency`: those that `sold` adds up."""
    sold_squares = models.FloatField(default=0)
    """Sum of their squared values."""
    rhythm_gaps = models.IntegerField(default=0, db_default=0)
    """How many gaps the two sums of logs add up; fewer than purchase_days - 1 after a change of habit."""
    rhythm_since = models.DateField(null=True)
    """The rhythm is learnt from this day on, because habits changed on it; null: from the first purchase."""
    rhythm_log_mean = models.FloatField(null=True)
    """Mean of the predictive distribution of the logarithm of a gap in days, shrunk towards the shop's."""
    rhythm_log_sd = models.FloatField(null=True)
    """Standard deviation of the same distribution."""
    declared_at = models.DateTimeField(null=True)
    """When the Declaration was made that rhythm and boundaries rest on; null: they are inferred."""
    slips_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    """Moments at which time alone makes them slipping, lapsed, lost."""
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.PROSPECT, db_collation="C")
    """A code, compared byte by byte as the currency is: sorting by a language's rules takes four times as long."""
    since = models.DateTimeField()
    """When this stage began."""
    stage_cause = models.CharField(max_length=16, default="history")
    """Why it is this stage: purchase, refund, correction, declared, time, refit, merge or history (first scoring)."""
    next_change_at = models.DateTimeField(null=True)
    """When time alone will change the stage; null when it never will."""
    scored_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_change_at"], name="relacional_summary_due"),
            models.Index(fields=["stage", "since"], name="relacional_summary_stage"),
            # What lists of relationships are ordered by (flows/profiles/profile_list.py).
            models.Index(fields=["since", "profile"], name="relacional_summary_since"),
            models.Index(fields=["last_at", "profile"], name="relacional_summary_last"),
            # Whose anniversary it is (flows/campaigns/kinds/anniversary.py).
            models.Index(fields=["first_day"], name="relacional_summary_first"),
            models.Index(
                "currency",
                models.F("sold") - models.F("refunded"),
                "profile",
                name="relacional_summary_kept",
            ),
        ]

    @property
    def kept(self) -> object:
        """Sold less refunded, in `currency`."""
        return self.sold - self.refunded


class StageChange(OurModel):
    """The dated history of stages, with causes."""

    profile_id = models.BigIntegerField()
    stage = models.CharField(max_length=9, choices=Stage.choices)
    previous = models.CharField(max_length=9, blank=True, default="")
    happened_at = models.DateTimeField()
    """When it became true."""
    learned_at = models.DateTimeField()
    """When we came to know; a late order makes it later than happened_at."""
    cause = models.CharField(max_length=16)
    """purchase, refund, correction, declared, time, refit, merge or history (the first scoring)."""

    class Meta:
        indexes = [models.Index(fields=["profile_id", "happened_at"], name="relacional_stage_by_person")]


class Fit(OurModel):
    """Parameters of the shop as a whole, estimated from all profiles at an instant."""

    as_of = models.DateTimeField()
    created_at = models.DateTimeField()
    adopted = models.BooleanField(default=False)
    customers = models.IntegerField()
    parameters = models.JSONField()
    """What `flows.learning.fit.ShopModel` holds, as plain JSON."""
    log_likelihood = models.FloatField(null=True)
    converged = models.BooleanField()
    study = models.JSONField(default=dict)
    """What the back-test on the shop's own past showed: predicted beside happened, by decile and by month."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["adopted"], condition=models.Q(adopted=True), name="relacional_fit_one_adopted"
            ),
        ]


class Prediction(OurModel):
    """What one profile is expected to do, as scored at `as_of` with a fit; shown with its age."""

    profile = models.OneToOneField(
        Profile, on_delete=models.CASCADE, primary_key=True, related_name="prediction", db_constraint=False
    )
    """No constraint in the database, as with CustomerSummary."""
    fit = models.ForeignKey(
        Fit, on_delete=models.CASCADE, db_index=False, related_name="beliefs", db_constraint=False
    )
    as_of = models.DateTimeField()
    alive = models.FloatField()
    """Probability that the customer has not left for good."""
    order_30 = models.FloatField()
    order_90 = models.FloatField()
    order_365 = models.FloatField()
    """Probability of at least one order within so many days."""
    expected_30 = models.FloatField()
    expected_90 = models.FloatField()
    expected_365 = models.FloatField()
    """Expected purchase days within so many days."""
    order_value = models.FloatField()
    """Expected value of an order, in the customer summary's currency."""
    year_value = models.FloatField()
    """Expected orders in a year × expected value of an order (expected_365 × order_value), in the same currency:
    campaigns take the highest first."""
    rfm_recency = models.PositiveSmallIntegerField(db_default=0)
    rfm_frequency = models.PositiveSmallIntegerField(db_default=0)
    rfm_monetary = models.PositiveSmallIntegerField(db_default=0)
    """Quintiles of the shop, 5 best; 0 where there is nothing to compare."""

    class Meta:
        indexes = [models.Index(fields=["year_value", "profile"], name="relacional_prediction_year")]


class Stale(OurModel):
    """Somebody whose facts changed since they were scored, or who is gone. A narrow table of its own: facts arrive far
    more often than customer summaries are written."""

    profile_id = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()
    """When the oldest fact that is not scored yet arrived."""
    version = models.BigIntegerField()
    """The transaction that marked it last. A scoring that read an older version leaves the mark in place."""

    class Meta:
        indexes = [models.Index(fields=["since"], name="relacional_stale_since")]


class Unplanned(OurModel):
    """Somebody whose situation may have changed since the campaigns last considered them. Narrow, as Stale is."""

    profile_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    """The transaction that marked it last. Considering what an older one wrote leaves the mark in place."""


class RebuildState(models.TextChoices):
    """What became of a rebuild."""

    RUNNING = "running"
    ADOPTED = "adopted"
    ABANDONED = "abandoned"


class Rebuild(OurModel):
    """All customer summaries and predictions written anew with one fit, range by range, into shadow tables, which then
    take the place of the old ones at once."""

    fit = models.ForeignKey(Fit, on_delete=models.CASCADE, related_name="rebuilds")
    as_of = models.DateTimeField()
    started_at = models.DateTimeField()
    """When it began, by the database's real clock."""
    oldest = models.BigIntegerField()
    """The oldest transaction that was under way when it began: what it or a later one wrote is carried over."""
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=RebuildState.choices, default=RebuildState.RUNNING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="running"), name="relacional_rebuild_one_running"
            ),
        ]


class RebuildRange(OurModel):
    """One range of keys of a rebuild: a task that can be killed and repeated at any point."""

    rebuild = models.ForeignKey(Rebuild, on_delete=models.CASCADE, related_name="ranges")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    """Keys of profiles, both inside."""
    done_at = models.DateTimeField(null=True)
    """Written in the same transaction as the rows of the range. That transaction holds this row: a worker that dies
    lets go of it, and another one takes the range."""
    profiles = models.IntegerField(default=0)
    changes = models.IntegerField(default=0)
    snapshot = models.TextField(blank=True, default="")
    """Which transactions the scoring saw, in PostgreSQL's text form of a snapshot (pg_snapshot)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rebuild", "first"], name="relacional_range_once"),
        ]


class HabitShift(OurModel):
    """A change in how somebody buys, told once."""

    profile_id = models.BigIntegerField()
    what = models.CharField(max_length=8)
    """rhythm, basket, category, channel or address."""
    happened_on = models.DateField()
    """The first purchase day of the new habit."""
    learned_at = models.DateTimeField()
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    """Typical days between purchases (rhythm) or typical order value (basket), before and after; null for category,
    channel and address."""
    p_value = models.FloatField()
    """Probability of a change at least as clear somewhere in a history that has none."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile_id", "what", "happened_on"], name="relacional_shift_once"
            ),
        ]


class ChannelPace(OurModel):
    """How soon a channel's orders leave, where nine of ten are fulfilled here at all: within so many days 95 of 100."""

    channel = models.CharField(max_length=255, unique=True)
    days = models.FloatField()
    measured_at = models.DateTimeField()


class RunningOut(OurModel):
    """When somebody is expected to buy of a category again, by their rhythm in it (flows/profiles/running_out.py)."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="running_out", db_constraint=False
    )
    """No constraint in the database: whoever writes it holds the people (flows/profiles/running_out.py)."""
    category_key = models.CharField(max_length=64)
    own_gaps = models.IntegerField()
    """Gaps of their own between purchases of it."""
    last_at = models.DateTimeField()
    """Their last purchase of it."""
    opens_at = models.DateTimeField()
    likely_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    """Moments by which a quarter, the half and three quarters of people like them are back."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "category_key"], name="relacional_running_out_once"),
        ]
        indexes = [
            models.Index(fields=["opens_at"], name="relacional_running_out_opens"),
            models.Index(fields=["closes_at"], name="relacional_running_out_closes"),
        ]


class Declaration(OurModel):
    """What a customer or the staff said about when they buy. It wins over what we infer."""

    profile = models.OneToOneField(
        Profile, on_delete=models.CASCADE, primary_key=True, related_name="declaration"
    )
    every_days = models.FloatField(null=True)
    """"Every six weeks": 42."""
    not_before = models.DateField(null=True)
    """"Not before March"."""
    declared_by = models.CharField(max_length=8)
    """customer or staff."""
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_days__isnull=True) | models.Q(every_days__gte=1),
                name="relacional_declared_days",
            ),
        ]
