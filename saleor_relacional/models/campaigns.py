"""Intentions and what came of them: campaign, version, step, enrolment (the unit of analysis), touch."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models.functions import Least

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.observed import Observed
from saleor_relacional.models.people import Profile


class CampaignState(models.TextChoices):
    """Only an active campaign considers anybody or sends anything. A finished one stays so."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"


class Campaign(OurModel):
    """A standing intention. Editing it makes a version."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    """Name of one of flows/campaigns/kinds."""
    name = models.CharField(max_length=120)
    goal = models.CharField(max_length=400, blank=True, default="")
    hypothesis = models.CharField(max_length=400, blank=True, default="")
    state = models.CharField(max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT)
    salt = models.BinaryField(max_length=16)
    """Drawn once at random; arms are drawn from it, the profile's arm_key and the version's control share."""
    window_days = models.PositiveSmallIntegerField()
    """Length of the outcome window of an enrolment. Fixed before the start."""
    objection_limit = models.DecimalField(
        max_digits=5, decimal_places=4, default=Decimal("0.01"), db_default=Decimal("0.01")
    )
    """Objections beyond those of the control group, as a share of the people, that it may cause at most; given when it
    is made."""
    complaint_limit = models.DecimalField(
        max_digits=5, decimal_places=4, default=Decimal("0.001"), db_default=Decimal("0.001")
    )
    """The same of complaints."""
    fixed_at = models.DateTimeField(null=True)
    """When it was activated for the first time, and with it what its money is counted up to. Never changes."""
    cap = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """The money cap: up to this a person's money in their window counts, in `cap_currency`; null: nothing is capped, as
    too little of the past was known."""
    cap_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    paused_for = models.CharField(max_length=12, blank=True, default="", db_default="")
    """Why it paused itself (flows/evidence/harm.py); empty while it is not paused, or somebody paused it."""
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    activated_url = models.CharField(max_length=400, blank=True, default="")
    """PUBLIC_URL when it was activated; a copy of the database living elsewhere refuses to send."""
    planned_under = models.CharField(max_length=64, blank=True, default="", db_default="")
    """Digest of the day, the version and the decisions under which everybody was, or is being, considered."""
    planned_beyond = models.BigIntegerField(null=True)
    """Key of the profile up to which that has come; null when it is done, and only news are considered."""


class CampaignVersion(OurModel):
    """Whom a campaign considers and what it may send, from one edit to the next. What it says are its steps."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    stages = models.JSONField()
    """Stages whose people are considered."""
    segment = models.UUIDField(null=True)
    """Public id of the segment whose people are considered, saved or native; null: of none."""
    objective = models.CharField(max_length=8, blank=True, default="", db_default="")
    """What it is after, where its kind lets the owner say so: recover, retain, acquire. Empty: what its kind is."""
    channels = models.JSONField(default=list)
    """Channel slugs; empty means every channel that has a sender."""
    daily_capacity = models.PositiveIntegerField(default=0)
    """Mails per day at most; 0 sends nothing."""
    control_share = models.DecimalField(max_digits=4, decimal_places=3, default=0, db_default=0)
    """Of the people who are enrolled while it holds. Whoever is enrolled keeps their arm: Enrolment.drawn_share."""
    learning = models.BooleanField(default=False, db_default=False)
    """Whether the rung of its first step is drawn by what was learnt, instead of by the owner's rules."""
    starts_on = models.DateField(null=True)
    """First day of the shop on which anybody starts; null: at once."""
    ends_on = models.DateField(null=True)
    """Last one; null: no end."""
    languages = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """Whose readers are written to; empty: everybody."""
    month_budget = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What offers may take off at most per calendar month of the shop, in `budget_currency`; null: no limit."""
    budget_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    per_week = models.PositiveSmallIntegerField(null=True)
    per_month = models.PositiveSmallIntegerField(null=True)
    gap_days = models.PositiveSmallIntegerField(null=True)
    weekends = models.BooleanField(null=True)
    """In what it is stricter than the shop's contact policy (rules/contact/policy.py: CampaignContactPolicy); null: as
    that says."""
    topic = models.CharField(max_length=40, blank=True, default="", db_default="")
    """Key of the Topic that it is about; empty: no topic that customers choose among."""
    created_at = models.DateTimeField()
    made_by = models.CharField(max_length=80, default="system", db_default="system")
    """Who made it: see CampaignChange.who."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="relacional_version_once"),
            models.CheckConstraint(
                condition=models.Q(control_share__gte=0) & models.Q(control_share__lt=1),
                name="relacional_version_share",
            ),
        ]


class Audience(OurModel):
    """How somebody stands to the segment of a campaign that is switched on. A row for whoever is in it, and for whoever
    time alone may bring into it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, db_index=False, related_name="audience")
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="audiences", db_constraint=False
    )
    """No constraint in the database: whoever writes it holds the people (flows/segments/audience.py)."""
    segment = models.UUIDField()
    """Public id of the segment that this row tells of."""
    since = models.DateTimeField(null=True)
    """When they were found in it for the first time since they were last outside; null while they are outside."""
    turns_at = models.DateTimeField(null=True)
    """The earliest moment at which time alone may change that; null: never."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "profile"], name="relacional_audience_once"),
        ]
        indexes = [models.Index(fields=["campaign", "turns_at"], name="relacional_audience_turns")]


class CampaignStep(OurModel):
    """One message of a version: how long it waits, what it says and what it offers."""

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    """Place among the steps; 1 for the first."""
    wait_days = models.PositiveSmallIntegerField(default=0)
    """Days since the cycle began (the first step), or since the message before it left."""
    wait_rhythms = models.DecimalField(max_digits=6, decimal_places=3, default=0, db_default=0)
    """Instead of days: so many of the person's own rhythms."""
    message = models.CharField(max_length=40)
    """Name of the mail, a folder of saleor_relacional/emails."""
    default_rung = models.PositiveSmallIntegerField(default=1, db_default=1)
    """Number of the rung of its ladder (models/ladder.py) that people get for whom no rule holds."""
    rules = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """[public id of a segment, number of a rung], in the owner's order: the first whose segment somebody is in."""
    offers = models.BooleanField(default=False, db_default=False)
    """Whether somebody may get a code by it: what asks for the trust that offers ask for."""
    offer_days = models.PositiveSmallIntegerField(default=14)
    """Days from issue to expiry, to the end of that day in the shop's time zone."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="relacional_step_once"),
        ]


class Arm(models.TextChoices):
    """The arm of the experiment, drawn before anything else is known."""

    TREATED = "treated"
    CONTROL = "control"


class EnrolmentState(models.TextChoices):
    """Judged the same way in both arms, without looking at the arm."""

    WAITING = "waiting"
    """Waits for capacity."""
    SUPPRESSED = "suppressed"
    """May not be written to, for exactly one reason; judged again while the cycle is open."""
    STARTED = "started"
    """The outcome window runs. Only these are analysed, all of them, in the arm drawn."""
    EXPIRED = "expired"
    """The cycle was over before its turn came."""


class Enrolment(Observed):
    """One profile in one campaign for one cycle. Holds arm and outcome; the unit of analysis."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="enrolments")
    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="enrolments")
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="enrolments")
    """Null once the person is forgotten: the enrolment stays, stripped, so that lift is not biased."""
    cycle = models.CharField(max_length=80)
    """The occasion, as the campaign's kind names it: of a win-back the lapse, keyed by the day of the last purchase."""
    arm = models.CharField(max_length=8, choices=Arm.choices)
    drawn_share = models.DecimalField(max_digits=4, decimal_places=3, default=0, db_default=0)
    """The control share under which the arm was drawn. Never changes; evidence compares within it."""
    state = models.CharField(max_length=10, choices=EnrolmentState.choices)
    reason = models.CharField(max_length=32, blank=True, default="")
    """Why it is suppressed, waiting or expired: one code of flows/campaigns/suppression.py."""
    stage = models.CharField(max_length=9)
    """Stage at consideration."""
    year_value = models.FloatField(default=0)
    channel = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    cost = models.DecimalField(max_digits=20, decimal_places=3, default=0, db_default=0)
    """What its offers would take off at most, as it was believed when it was last judged, in both arms alike; in
    `cost_currency`."""
    cost_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    reserve = models.DecimalField(max_digits=20, decimal_places=3, default=0, db_default=0)
    """What the offer of its first message would hold of the month's money, in both arms alike; in
    `reserve_currency`."""
    reserve_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    considered_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    window_ends_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    """When what holds them is over, where time alone ends it; null: it waits for news, for room, or for nothing."""
    over_at = models.DateTimeField(null=True)
    """When time alone ends the cycle at the earliest, as it was last judged; null: only news do."""
    next_step_at = models.DateTimeField(null=True)
    """When the step after the one that was booked last is due; null: there is none, or it was not said in time."""
    credited_sold = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """Attribution: what the first order after each touch sold, told as its outcome is. Credit, not lift."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "profile", "cycle"], name="relacional_enrolment_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="started", started_at__isnull=False, window_ends_at__isnull=False)
                | (~models.Q(state="started") & models.Q(started_at__isnull=True)),
                name="relacional_enrolment_started",
            ),
        ]
        indexes = [
            # For whom time alone has changed something.
            models.Index(
                "campaign",
                Least("next_try_at", "over_at"),
                condition=models.Q(state__in=["waiting", "suppressed"]),
                name="relacional_enrolment_due",
            ),
            models.Index(fields=["campaign", "started_at"], name="relacional_enrolment_day"),
            # Whose next message is due.
            models.Index(
                fields=["campaign", "next_step_at"],
                condition=models.Q(next_step_at__isnull=False),
                name="relacional_enrolment_next",
            ),
            models.Index(
                fields=["campaign"],
                condition=models.Q(credited_sold__gt=0),
                name="relacional_enrolment_credited",
            ),
            models.Index(
                "campaign",
                "currency",
                models.F("year_value").desc(),
                "profile",
                condition=models.Q(state__in=["waiting", "suppressed"]),
                name="relacional_enrolment_queue",
            ),
        ]


class TouchState(models.TextChoices):
    """queued, waiting and the two claimed ones are on the way; the others are ends."""

    QUEUED = "queued"
    WAITING = "waiting"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Touch(OurModel):
    """One message in the outbox: a step of an enrolment, or a service message. Every touch ends in a named state;
    waiting is not an end."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.CASCADE, related_name="touches")
    """Null of a service message: evidence, capacity and credit, which go by it, do not see those."""
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="touches")
    step = models.ForeignKey(
        CampaignStep, null=True, on_delete=models.CASCADE, db_index=False, related_name="touches"
    )
    service = models.OneToOneField(
        "saleor_relacional.ServiceMessage", null=True, on_delete=models.CASCADE, related_name="touch"
    )
    rung = models.ForeignKey(
        "saleor_relacional.Rung", null=True, on_delete=models.SET_NULL, db_index=False, related_name="touches"
    )
    """What they get with it; null: just a word, where nothing of the ladder could be given."""
    medium = models.CharField(max_length=8, default="mail")
    state = models.CharField(max_length=12, choices=TouchState.choices, default=TouchState.QUEUED)
    reason = models.CharField(max_length=32, blank=True, default="")
    due_at = models.DateTimeField()
    """Earliest moment to send it, on the shop's clock."""
    expires_at = models.DateTimeField()
    """Latest moment to send it, on the shop's clock."""
    claim_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    """When the claim ends, by the database's real clock."""
    attempts = models.PositiveSmallIntegerField(default=0)
    provider_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    """What the provider calls the mail, where that is not our Message-ID."""
    template_version = models.CharField(max_length=64, blank=True, default="")
    data_hash = models.CharField(max_length=64, blank=True, default="")
    because = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    """Why they were written to, as it was known when it was handed over (flows/sending/why.py); empty: it was not."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When it reached its end, on the shop's clock."""
    credited_purchase_id = models.BigIntegerField(null=True)
    """Id of the purchase that followed. Credit, not lift."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="relacional_touch_once"),
            models.CheckConstraint(
                condition=models.Q(enrolment__isnull=False, step__isnull=False, service=None)
                | models.Q(enrolment=None, step=None, rung=None, service__isnull=False),
                name="relacional_touch_of_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["claimed", "handing_over"])
                | models.Q(claim_token__isnull=False, lease_until__isnull=False),
                name="relacional_touch_leased",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["queued", "waiting", "claimed", "handing_over"]),
                name="relacional_touch_open",
            ),
            models.Index(fields=["profile", "ended_at"], name="relacional_touch_by_person"),
            models.Index(
                fields=["provider_id"], condition=~models.Q(provider_id=""), name="relacional_touch_provider"
            ),
            models.Index(fields=["state", "ended_at"], name="relacional_touch_ended"),
        ]
