"""Who drew which rung with which probability, what was known when, and which rungs are stopped for whom."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import Campaign, CampaignStep, Enrolment
from saleor_relacional.models.ladder import Rung


class RungModel(OurModel):
    """What was known of a ladder on one night, and what followed from it. Never changed: decisions refer to it."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, db_index=False, related_name="rung_models"
    )
    ladder = models.CharField(max_length=64)
    """Digest of the names of its rungs (flows/incentives/arms.py)."""
    day = models.DateField()
    """Of the shop, on which it was made."""
    as_of = models.DateTimeField()
    """Windows that had closed by then are in it."""
    state = models.JSONField()
    """insight/ladder/state.py: LadderState."""
    digest = models.CharField(max_length=64)
    """SHA-256 of that, as it writes itself."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "ladder", "day"], name="relacional_rung_model_once"),
        ]


class RungDecision(OurModel):
    """Which rung somebody drew when they started, in either arm. Written once, with what they are promised."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="rung_decisions")
    step = models.ForeignKey(CampaignStep, on_delete=models.CASCADE, db_index=False, related_name="+")
    rung = models.ForeignKey(
        Rung, null=True, on_delete=models.SET_NULL, db_index=False, related_name="decisions"
    )
    """Null: nothing, in the control group of a ladder that has no such rung."""
    ladder = models.CharField(max_length=64)
    """As RungModel.ladder."""
    place = models.PositiveSmallIntegerField()
    """Of what was drawn among the names of the ladder; 0 is nothing."""
    segment = models.CharField(max_length=36, blank=True, default="")
    """Public id of the first segment of the step's rules that they were in; empty: none."""
    open_rungs = models.CharField(max_length=16)
    """Which rungs were open to them, one letter each from the cheapest: 1 or 0."""
    probability = models.FloatField()
    """Of what was drawn, the draw of the arm included."""
    probabilities = models.JSONField()
    """Of each rung, from the cheapest, the draw of the arm included."""
    reasons = models.JSONField(default=list)
    """Codes of flows/campaigns/deciding/reasons.py."""
    model = models.ForeignKey(
        RungModel, null=True, on_delete=models.RESTRICT, db_index=False, related_name="decisions"
    )
    """What was known; null where the owner's rules said it."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="relacional_rung_decision_once"),
            models.CheckConstraint(
                condition=models.Q(probability__gt=0, probability__lte=1),
                name="relacional_rung_decision_probability",
            ),
        ]


class RungStop(OurModel):
    """A rung that is stopped for a segment of a campaign, because it was proved to earn less than a cheaper one."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, db_index=False, related_name="rung_stops"
    )
    segment = models.CharField(max_length=36, blank=True, default="")
    """As RungDecision.segment."""
    rung = models.CharField(max_length=40)
    """Its name (flows/incentives/arms.py): a rung on other terms is another one."""
    kind = models.CharField(max_length=12)
    """Its kind, and of a percentage its `value`."""
    value = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    cheaper = models.CharField(max_length=40)
    """Name of the one that it was held against."""
    people = models.PositiveIntegerField()
    outcome = models.CharField(max_length=6)
    """What it was judged by: margin, or kept where margin was not known of everybody."""
    cost = models.DecimalField(max_digits=20, decimal_places=3)
    """What it cost them, in `currency`; with tax where it was judged by money kept."""
    brought_at_most = models.DecimalField(max_digits=20, decimal_places=3)
    """Of `outcome`."""
    cost_known = models.FloatField(null=True)
    cost_estimated = models.FloatField(null=True)
    """Of the money that margin was measured of, which parts have a cost of their day, and of a later one; null where
    it was not measured."""
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "segment", "rung"], name="relacional_rung_stop_once"),
        ]
