"""What is kept of somebody who is observed in an experiment: a part of an enrolment, and of an entry into the shop-wide
comparison."""

from django.db import models

from saleor_relacional.models.base import OurModel


class Observed(OurModel):
    """Beliefs from right before, and outcomes of whoever is forgotten since: flows/evidence reads both alike."""

    believed_basket = models.FloatField(null=True)
    believed_rate = models.FloatField(null=True)
    believed_idle = models.FloatField(null=True)
    believed_return = models.FloatField(null=True)
    """What was believed of them right before they started, coarsely: see flows/evidence/beliefs_before.py. Null until
    then."""
    settled_kept = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """Kept within the window, in `currency`; written when the person is forgotten, computed from facts otherwise."""
    settled_orders = models.PositiveIntegerField(null=True)
    settled_listed = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """The same before discounts, in `currency`."""
    settled_margin = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What was earned within the window, in `currency`; null: it was not known, or nothing is settled."""
    settled_after = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """Kept within the window after it, in `currency`."""
    settled_refunded = models.BooleanField(null=True)
    settled_objected = models.BooleanField(null=True)
    settled_complained = models.BooleanField(null=True)
    """Their other outcomes (flows/evidence/outcomes.py), written when the person is forgotten, as `settled_kept` is."""
    settled_early = models.BooleanField(null=True)
    """Whether the window still ran when they were forgotten: what they did in the rest of it is not known."""

    class Meta:
        abstract = True
