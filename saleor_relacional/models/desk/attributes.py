"""What the host's own customer list filters by: the owner's choice, and of whom it may no longer be right there."""

from django.db import models

from saleor_relacional.db.news_copy import CopiesNews
from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class AttributeChoice(OurModel):
    """Which customer attributes the owner wants at the host, and how far they are written. One row per shop."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    active = models.BooleanField(default=False)
    """Off: nothing of ours stands at the host."""
    stage = models.BooleanField(default=True)
    segments = models.JSONField(default=list)
    """Public ids of the segments that are shown, in the owner's order."""
    value_bands = models.JSONField(default=list)
    """Where one band of expected yearly value ends and the next begins: whole amounts, the smallest first; empty: value
    is not shown."""
    currency = models.CharField(max_length=3, blank=True, default="")
    """Of the bands."""
    language = models.CharField(max_length=35, blank=True, default="")
    """In which attributes and values are named."""
    made = models.JSONField(default=list)
    """Keys of the attributes that we made at the host since it was switched on: none is made twice."""
    missing = models.JSONField(default=list)
    """Those of them that staff deleted there."""
    basis = models.CharField(max_length=64, blank=True, default="")
    """What everybody's values rest on, as a digest; empty: nothing of ours stands at the host."""
    beyond = models.BigIntegerField(null=True)
    """Key of the person up to whom all were written on that basis; null: everybody is."""
    decided_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    """When nothing was left to write last."""


class AttributeTurn(OurModel):
    """When time alone may change the attributes of somebody."""

    profile = models.OneToOneField(
        Profile, primary_key=True, on_delete=models.CASCADE, related_name="attribute_turn"
    )
    turns_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["turns_at"], name="relacional_attribute_turns")]


class Unwritten(OurModel):
    """Somebody whose attributes at the host may no longer be right. A trigger copies the news of people here
    (db/news_copy.py), while the owner wants attributes."""

    profile_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    """The transaction that marked it last. Writing what an older one knew leaves the mark in place."""

    class Meta:
        constraints = [CopiesNews(name="relacional_unwritten_news")]
